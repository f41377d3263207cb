/**
 * Answers of providers by content address (`answerKey`): the checkpoint of a
 * batch, of a job, and of a document's next version, all in one.
 */
export interface AnswerStore {
  /** Those that are known and not expired; in bulk, in any order. */
  readMany(keys: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Kept for `retentionDays`. @throws AnswerTooLargeError */
  write(key: string, answer: Uint8Array): Promise<void>;
}

/** DynamoDB's limit of an item is 400 KB; the rest is for the key. */
export const maxAnswerBytes = 390 * 1024;

export class AnswerTooLargeError extends Error {
  override readonly name = "AnswerTooLargeError";
  constructor(key: string, sizeBytes: number) {
    super(
      `The answer ${key} has ${sizeBytes} bytes; at most ${maxAnswerBytes} can be kept. ` +
        "Ask the provider for shorter answers, or fewer texts at once.",
    );
  }
}
