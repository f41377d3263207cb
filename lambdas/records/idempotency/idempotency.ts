export interface IdempotencyRecord {
  readonly jobId: string;
  readonly bodyHash: string;
  /** Epoch milliseconds; a claim older than a request can last was left by a crash. */
  readonly claimedAtMs: number;
  /** The first 202, once it was answered. */
  readonly response?: Readonly<Record<string, unknown>>;
}

export interface IdempotencyStore {
  /**
   * Writes the record if there is none, only an expired one, or one that still
   * names `replaces` and has no response; answers the one that then stands.
   */
  claim(
    tenant: string,
    key: string,
    claim: {
      jobId: string;
      bodyHash: string;
      nowMs: number;
      expiresAtMs: number;
      replaces?: string;
    },
  ): Promise<IdempotencyRecord>;
  complete(
    tenant: string,
    key: string,
    jobId: string,
    response: Readonly<Record<string, unknown>>,
  ): Promise<void>;
  /** Deletes the record if it still names this job. */
  forget(tenant: string, key: string, jobId: string): Promise<void>;
}
