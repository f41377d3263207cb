/** A model that reads query and passage together: slower than a vector, and a better judge. */
export interface Reranker {
  /**
   * A score for each text, in their order; higher is better. One attempt: a search does without
   * rather than wait.
   * @throws Error if the endpoint refuses, answers something else, or takes longer than the time given
   */
  score(query: string, texts: readonly string[]): Promise<readonly number[]>;
}
