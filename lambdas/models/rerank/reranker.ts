/** A model that reads query and passage together: slower than a vector, and a better judge. */
export interface Reranker {
  /**
   * A score for each text, in their order; higher is better. One attempt: a search does without
   * rather than wait.
   * @throws RerankRefusedError if the endpoint refuses
   * @throws Error if it answers something else, or takes longer than the time given
   */
  score(query: string, texts: readonly string[]): Promise<readonly number[]>;
}

/** A search waits no longer for a better order. */
export const rerankTimeoutMs = 5_000;

export class RerankRefusedError extends Error {
  override readonly name = "RerankRefusedError";
  readonly status: number;
  /** How long the endpoint asked to be left alone. @default it did not */
  readonly retryAfterMs: number | undefined;

  constructor(status: number, retryAfterMs?: number, options?: ErrorOptions) {
    super(`The reranker answered ${status}.`, options);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether it refused this query or these texts, and would take others. */
  get isOfThisInput(): boolean {
    return [400, 413, 422].includes(this.status);
  }
}
