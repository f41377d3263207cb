/**
 * The vector of a search's text. Search cannot hold the embedding model
 * itself: with the vector store's native library it would pass Lambda's
 * 250 MB, so the embed function answers it.
 */
export interface QueryEmbedder {
  /** @throws RequestRefusedError `unavailable` when no vector can be had now. */
  embed(text: string): Promise<Float32Array>;
}
