/** What a provider call, or the wait for one, ends with. The state machine goes by these names. */
import { SluiceError } from "../platform/tasks/task-error.ts";
import type { ModelUsage } from "./models.ts";

/** Where a call failed, for those who look after the deployment. */
export interface FailedAt {
  /** Of HTTP. Missing if there was no response. */
  readonly status?: number | undefined;
  /** Host and path of the provider. */
  readonly endpoint?: string | undefined;
}

abstract class ProviderError extends SluiceError {
  at: FailedAt = {};
}

/** The provider answered 429. `retryAfterMs` is what it asked for, if it did. */
export class ProviderThrottledError extends ProviderError {
  override readonly name = "ProviderThrottledError";
  readonly code = "provider_throttled";
  readonly treatment = "retry";
  readonly retryAfterMs: number | undefined;
  constructor(message: string, retryAfterMs?: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** No answer within the time a call may take. */
export class ProviderTimeoutError extends ProviderError {
  override readonly name = "ProviderTimeoutError";
  readonly code = "provider_timeout";
  readonly treatment = "retry";
}

/** The provider could not be reached, or answered 5xx or nonsense. */
export class ProviderUnavailableError extends ProviderError {
  override readonly name = "ProviderUnavailableError";
  readonly code = "provider_unavailable";
  readonly treatment = "retry";
  readonly retryAfterMs: number | undefined;
  constructor(message: string, retryAfterMs?: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** All permits of a resource are held by other batches. */
export class CapacityUnavailableError extends SluiceError {
  override readonly name = "CapacityUnavailableError";
  readonly code = "capacity_unavailable";
  readonly treatment = "wait";
}

/** The breaker of a dependency is open; calls would fail and are not made. */
export class CircuitOpenError extends SluiceError {
  override readonly name = "CircuitOpenError";
  readonly code = "circuit_open";
  readonly treatment = "wait";
}

/** The function's time is used up; what is answered is kept, the rest goes on in the next try. */
export class BatchUnfinishedError extends SluiceError {
  override readonly name = "BatchUnfinishedError";
  readonly code = "batch_unfinished";
  readonly treatment = "wait";
}

/** The provider refuses this one input for good (4xx); asking again cannot help. */
export class ProviderRejectedError extends SluiceError {
  override readonly name = "ProviderRejectedError";
  readonly code = "provider_rejected";
  readonly treatment = "give-up";
  /** Of answers that came, and are paid for. @default none came */
  readonly usage: ModelUsage | undefined;
  constructor(message: string, usage?: ModelUsage) {
    super(message);
    this.usage = usage;
  }
}

/** A document without any metadata is not what its sender asked for. */
export function nothingDescribed(reason: string): ProviderRejectedError {
  return new ProviderRejectedError(
    `metadata: No chunk of the document could be described. ${reason}`,
  );
}

/** The first chunks were all refused: asking about the rest would cost as many calls and bring nothing. */
export function nothingDescribable(refused: number, reason: string): ProviderMisconfiguredError {
  return new ProviderMisconfiguredError(
    `metadata: The first ${refused} chunks were all refused, and none was described. ${reason} If it is the document that the model does not accept, set SLUICE_LLM_MODEL to another model, or SLUICE_METADATA_PER to none.`,
  );
}

/**
 * The provider answered, but not in the form asked for: JSON that does not fit the schema, too few
 * vectors. It is the text's failure, so the breaker does not count it; the text is asked about a few
 * times more, because models answer differently each time.
 */
export class AnswerUnusableError extends SluiceError {
  override readonly name = "AnswerUnusableError";
  readonly code = "answer_unusable";
  readonly treatment = "give-up";
  /** Of the answer, where it says what it costs. @default it does not */
  readonly usage: ModelUsage | undefined;
  constructor(message: string, usage?: ModelUsage) {
    super(message);
    this.usage = usage;
  }
}

/** The provider refuses every call: a wrong key, model or address. The job fails; a retry helps once it is repaired. */
export class ProviderMisconfiguredError extends ProviderError {
  override readonly name = "ProviderMisconfiguredError";
  readonly code = "provider_misconfigured";
  readonly treatment = "give-up";
}

/** An error of the provider that another try may cure; the breaker counts these. */
export type TransientProviderError =
  | ProviderThrottledError
  | ProviderTimeoutError
  | ProviderUnavailableError;

export function isTransient(error: unknown): error is TransientProviderError {
  return (
    error instanceof ProviderThrottledError ||
    error instanceof ProviderTimeoutError ||
    error instanceof ProviderUnavailableError
  );
}

const failures = {
  ProviderThrottledError,
  ProviderTimeoutError,
  ProviderUnavailableError,
  AnswerUnusableError,
} as const;

/** The error that an earlier run of a batch noted; one that it could not note counts as no answer. */
export function failureNamed(
  noted: { readonly name: string; readonly message: string } | undefined,
): TransientProviderError | AnswerUnusableError {
  const Failure = failures[noted?.name as keyof typeof failures] ?? ProviderUnavailableError;
  return new Failure(
    noted?.message ?? "The provider was asked as often as a text may be asked about.",
  );
}
