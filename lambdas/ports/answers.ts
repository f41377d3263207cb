/**
 * Answers of providers by content address (`answerKey`): the checkpoint of a
 * batch, of a job, and of a document's next version, all in one.
 */
export interface AnswerStore {
  /** Those that are known and not expired; in bulk, in any order. */
  readMany(keys: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Kept for `retentionDays`. */
  write(key: string, answer: Uint8Array): Promise<void>;
}
