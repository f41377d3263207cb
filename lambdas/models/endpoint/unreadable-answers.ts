/**
 * A model whose answers cannot be read, text after text, does not give a
 * better one at the hundredth. Without this, a document of 100 chunks costs 400
 * answers before its job fails.
 */
import { sha256 } from "../../platform/sha256.ts";
import { type AnswerUnusableError, ProviderMisconfiguredError } from "../errors.ts";

/** Answers in a row that could not be read: from the start of the process on, and after one that could. */
const enough = { never: 5, since: 20 } as const;
/** One text may be odd, and so may two. */
const enoughTexts = 3;

export class UnreadableAnswers {
  #read = false;
  #count = 0;
  readonly #texts = new Set<string>();

  get anyRead(): boolean {
    return this.#read;
  }

  read(): void {
    this.#read = true;
    this.#count = 0;
    this.#texts.clear();
  }

  /** The error to throw: itself, or {@link ProviderMisconfiguredError} once no answer is to be expected. */
  judge(
    error: AnswerUnusableError,
    text: string,
  ): AnswerUnusableError | ProviderMisconfiguredError {
    this.#count += 1;
    if (this.#texts.size < enoughTexts) this.#texts.add(sha256(text));
    if (this.#count < (this.#read ? enough.since : enough.never) || this.#texts.size < enoughTexts)
      return error;
    return new ProviderMisconfiguredError(
      `${error.message} Nor are the ${this.#count - 1} before it. Set SLUICE_LLM_MODEL to a model that can answer with JSON, deploy, and retry the job.`,
    );
  }
}
