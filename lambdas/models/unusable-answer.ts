/** An answer that arrived and cannot be used. The one place that decides which error that is. */
import { AnswerUnusableError, ProviderRejectedError } from "./errors.ts";
import type { ModelUsage } from "./models.ts";

/** Asking again may well help: such an answer is rarely given twice. */
export function unreadableAnswer(what: string, usage?: ModelUsage): Error {
  return new AnswerUnusableError(what, usage);
}

/** Asking again in the same way cannot help; the chunk stays without this answer. */
export function unusableAnswer(what: string, usage: ModelUsage): Error {
  return new ProviderRejectedError(what, usage);
}
