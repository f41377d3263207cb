import type { AttemptId } from "../jobs/attempt.ts";

/** Who is about to ask a provider for an answer. */
export interface Claim {
  /** The run of a batch; two runs of one batch are two. */
  readonly holder: string;
  /** Whose asks are counted. */
  readonly attempt: AttemptId;
  /** Epoch milliseconds at which another run may ask, if this one is not heard of. */
  readonly untilMs: number;
  /** Asks that the attempt has for this answer in all. */
  readonly maxAsks: number;
}

export type Claimed =
  /**
   * Ask. `asks` counts this one, which is kept before it is made; `failure` is that of the attempt's
   * ask before it, if it was reported.
   */
  | { readonly kind: "granted"; readonly asks: number; readonly failure?: AskFailure }
  | { readonly kind: "answered"; readonly answer: Uint8Array }
  /** Another run asks, or asked and waits before it asks again. */
  | { readonly kind: "taken"; readonly untilMs: number }
  /** The attempt has no ask left; the failure of the last one, if it was reported. */
  | { readonly kind: "spent"; readonly failure: AskFailure | undefined };

/** How an ask ended without an answer: the name of an error, and its message. */
export interface AskFailure {
  readonly name: string;
  readonly message: string;
  /** Epoch milliseconds. @default not known: an earlier version noted it */
  readonly atMs?: number;
}

/** What became of an ask without an answer. */
export interface Unanswered {
  /** Added to the count of asks: below 0 for one that was not made after all. */
  readonly asks: number;
  /** No run asks before this; epoch milliseconds. @default at once */
  readonly notBeforeMs?: number;
  readonly failure?: AskFailure;
}

/**
 * Answers of providers by content address (`answerKey`): the checkpoint of a
 * batch, of a job, and of a document's next version, all in one.
 */
export interface AnswerStore {
  /** Those that are known and not expired; in bulk, in any order. */
  readMany(keys: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Forgets them, and who claimed them; what is not there is fine. */
  removeAll(keys: readonly string[]): Promise<void>;
  /** Kept for `retentionDays`. @throws AnswerTooLargeError */
  write(key: string, answer: Uint8Array): Promise<void>;
  /**
   * Asked right before each ask: so no answer is paid for twice, by whichever
   * runs of whichever jobs of a tenant, and no text is asked about without end.
   */
  claim(key: string, claim: Claim): Promise<Claimed>;
  /** Ends a claim that brought no answer; one that has passed on to another run stays. */
  release(
    key: string,
    claim: Pick<Claim, "holder" | "attempt">,
    unanswered: Unanswered,
  ): Promise<void>;
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
