/** One attempt of one call, and what its end means. */

import type { Usage } from "../../accounting/usage.ts";
import type { Dependency } from "../../contract/vocabulary.ts";
import { SluiceError } from "../../platform/tasks/task-error.ts";
import {
  AnswerUnusableError,
  isTransient,
  ProviderMisconfiguredError,
  ProviderRejectedError,
  ProviderTimeoutError,
  type TransientProviderError,
} from "../errors.ts";
import type { Answer, CallOptions, ModelUsage } from "../models.ts";
import { withinTime } from "../within-time.ts";

/** Every end but the last was an answer or a silence of the provider: it counts as usage, and for the breaker. */
export type Attempted<T> =
  | { readonly kind: "answered"; readonly value: T; readonly usage: ModelUsage }
  /** Another try may help. */
  | { readonly kind: "failed"; readonly error: TransientProviderError }
  /** The answer is not in the form asked for; another try may bring another. */
  | { readonly kind: "unusable"; readonly error: AnswerUnusableError }
  /** This input is refused for good. */
  | { readonly kind: "refused"; readonly error: ProviderRejectedError }
  /** Every input would be refused. */
  | { readonly kind: "misconfigured"; readonly error: ProviderMisconfiguredError }
  /** Not the provider's doing. */
  | { readonly kind: "broken"; readonly error: unknown };

export async function attempt<T>(
  invoke: (options: CallOptions) => Promise<Answer<T>>,
  options: CallOptions,
): Promise<Attempted<T>> {
  try {
    const { value, usage } = await invoke(options);
    return { kind: "answered", value, usage };
  } catch (thrown) {
    const error =
      options.signal.aborted && !(thrown instanceof SluiceError)
        ? new ProviderTimeoutError(
            `The provider did not answer ${withinTime(options.timeoutMs)}. If this repeats, use a faster model, or raise the setting of its call time-out.`,
          )
        : thrown;
    if (isTransient(error)) return { kind: "failed", error };
    if (error instanceof AnswerUnusableError) return { kind: "unusable", error };
    if (error instanceof ProviderRejectedError) return { kind: "refused", error };
    if (error instanceof ProviderMisconfiguredError) return { kind: "misconfigured", error };
    return { kind: "broken", error };
  }
}

/**
 * What an attempt adds to a job's usage: its requests, of which an adapter may make several, and
 * their tokens where the provider told them.
 */
export function usageOf<T>(dependency: Dependency, attempted: Attempted<T>): Partial<Usage> {
  if (attempted.kind === "broken") return {};
  const tokens = attempted.kind === "answered" ? attempted.usage : partUsage(attempted.error);
  const calls = tokens?.calls ?? 1;
  switch (dependency) {
    case "llm":
      return {
        llmCalls: calls,
        ...(tokens && {
          promptTokens: tokens.promptTokens,
          completionTokens: tokens.completionTokens,
        }),
      };
    case "embeddings":
      return { embeddingCalls: calls, ...(tokens && { embeddingTokens: tokens.promptTokens }) };
  }
}

/** Of texts that were embedded beside a refused one, and of answers that came and cannot be used. */
function partUsage(error: Error): ModelUsage | undefined {
  return error instanceof ProviderRejectedError || error instanceof AnswerUnusableError
    ? error.usage
    : undefined;
}

/** What a retry adds to a job's usage, besides its call. */
export function retryUsage(failure: TransientProviderError | AnswerUnusableError): Partial<Usage> {
  switch (failure.name) {
    case "ProviderThrottledError":
      return { throttledRetries: 1 };
    case "ProviderTimeoutError":
      return { timeoutRetries: 1 };
    case "ProviderUnavailableError":
      return { unavailableRetries: 1 };
    case "AnswerUnusableError":
      return {};
  }
}
