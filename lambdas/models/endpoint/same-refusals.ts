/**
 * An endpoint that refuses every text with the same words is set up wrongly,
 * though each refusal alone looks like one of its text (DashScope: 400,
 * `enable_thinking must be set to false`). A batch in which nothing was
 * answered, and whose first texts were all refused so, says that for all.
 */
import { sha256 } from "../../platform/sha256.ts";
import type { SluiceError } from "../../platform/tasks/task-error.ts";
import {
  ProviderMisconfiguredError,
  ProviderRejectedError,
  ProviderUnavailableError,
} from "../errors.ts";
import type { EndpointRefusal } from "./refusal.ts";
import { blamesText } from "./translate.ts";

/** Different texts refused in the same words, and none answered. */
const enough = 3;
/** Batches remembered; a process works on one or a few at a time. */
const most = 50;

interface Batch {
  answered: boolean;
  readonly textsByReason: Map<string, Set<string>>;
}

export class SameRefusals {
  readonly #batches = new Map<string, Batch>();

  answered(correlationId: string): void {
    this.#batch(correlationId).answered = true;
  }

  /**
   * The error to throw for a refusal: itself, or {@link ProviderMisconfiguredError}
   * once it is clear that no text would be taken.
   */
  judge(
    error: SluiceError,
    refusal: EndpointRefusal,
    correlationId: string,
    text: string,
  ): SluiceError {
    if (!(error instanceof ProviderRejectedError) || blamesText(refusal)) return error;
    const batch = this.#batch(correlationId);
    // Quotations are cut out of the message; ids of requests differ from call to call.
    const key = error.message.replace(/\b(?=[\w-]*\d)[\w-]{8,}\b/g, "").slice(0, 300);
    const texts = batch.textsByReason.get(key) ?? new Set();
    batch.textsByReason.set(key, texts.add(sha256(text)));
    if (batch.answered || texts.size < enough) return error;
    return refusesAll(error, texts.size, refusal.status);
  }

  #batch(correlationId: string): Batch {
    const known = this.#batches.get(correlationId);
    if (known !== undefined) return known;
    const oldest = this.#batches.keys().next().value;
    if (this.#batches.size >= most && oldest !== undefined) this.#batches.delete(oldest);
    const made: Batch = { answered: false, textsByReason: new Map() };
    this.#batches.set(correlationId, made);
    return made;
  }
}

/** The error where so many texts were refused, or failed for good, and none was taken. */
export function refusesAll(error: SluiceError, texts: number, status?: number): SluiceError {
  if (!(error instanceof ProviderRejectedError) && !(error instanceof ProviderUnavailableError)) {
    return error;
  }
  const message = error.message.replace(/ It does not accept this text\.$/, "");
  const misconfigured = new ProviderMisconfiguredError(
    `${message} It refused the first ${texts} texts for the same reason. Correct the setting that the message names, deploy, and retry the job.`,
  );
  misconfigured.at = { status };
  return misconfigured;
}
