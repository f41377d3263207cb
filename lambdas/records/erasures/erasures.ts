/** Documents that were removed and of which traces are still to be erased. */
export interface Erasure {
  readonly tenant: string;
  readonly documentId: string;
  /** The version of the removal: a document that was sent again later is another one. */
  readonly version: number;
  /** Epoch milliseconds. */
  readonly askedAtMs: number;
}

export interface Erasures {
  /** A later removal of the same document replaces an earlier one. */
  ask(erasure: Erasure): Promise<void>;
  /**
   * By tenant and id; at most `limit`.
   * @param after the last one of the page before
   */
  pending(limit: number, after?: Erasure): Promise<readonly Erasure[]>;
  /** Nothing is left; a removal that was asked for since stays. */
  done(erasure: Erasure): Promise<void>;
}
