/**
 * Every error that crosses a step's boundary. The state machine retries, waits
 * for or gives up on an error by its literal `name`, so a name is part of the
 * contract: a test holds this file against `statemachine/ingest.asl.json`.
 *
 * Messages say what happened, to what, and what to do about it.
 */
import type { StageName } from "./job.ts";

/** How the state machine treats an error: retry it, wait it out, or give up. */
export type Treatment = "retry" | "wait" | "give-up";

export abstract class SluiceError extends Error {
  abstract override readonly name: string;
  /** The `code` that a client sees in a job's `error`. */
  abstract readonly code: string;
  abstract readonly treatment: Treatment;
}

/** The provider answered 429. `retryAfterMs` is what it asked for, if it did. */
export class ProviderThrottledError extends SluiceError {
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
export class ProviderTimeoutError extends SluiceError {
  override readonly name = "ProviderTimeoutError";
  readonly code = "provider_timeout";
  readonly treatment = "retry";
}

/** The provider could not be reached, or answered 5xx or nonsense. */
export class ProviderUnavailableError extends SluiceError {
  override readonly name = "ProviderUnavailableError";
  readonly code = "provider_unavailable";
  readonly treatment = "retry";
  readonly retryAfterMs: number | undefined;
  constructor(message: string, retryAfterMs?: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Two commits to the vector store met, or another run holds the document. */
export class StoreConflictError extends SluiceError {
  override readonly name = "StoreConflictError";
  readonly code = "store_conflict";
  readonly treatment = "retry";
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
}

/** The provider refuses every call: a wrong key, model or address. The job fails; a retry helps once it is mended. */
export class ProviderMisconfiguredError extends SluiceError {
  override readonly name = "ProviderMisconfiguredError";
  readonly code = "provider_misconfigured";
  readonly treatment = "give-up";
}

/** The document cannot be processed as it is. */
export class InvalidDocumentError extends SluiceError {
  override readonly name = "InvalidDocumentError";
  readonly code = "invalid_document";
  readonly treatment = "give-up";
}

/** The document has more chunks than a job may have. */
export class DocumentTooLargeError extends SluiceError {
  override readonly name = "DocumentTooLargeError";
  readonly code = "document_too_large";
  readonly treatment = "give-up";
}

/** The job was cancelled, or another attempt of it has taken over. */
export class JobCancelledError extends SluiceError {
  override readonly name = "JobCancelledError";
  readonly code = "job_cancelled";
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

/**
 * What a failed job shows. `retryable` says whether `POST /v1/jobs/{id}/retry`
 * can help without changing the document.
 */
export interface JobError {
  readonly code: string;
  readonly message: string;
  readonly stage: StageName;
  readonly retryable: boolean;
}

/** The `code` of each error by its name, as execution failures carry only the name. */
export const jobErrorCodes: ReadonlyMap<string, string> = new Map(
  [
    ProviderThrottledError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    StoreConflictError,
    CapacityUnavailableError,
    CircuitOpenError,
    BatchUnfinishedError,
    ProviderRejectedError,
    ProviderMisconfiguredError,
    InvalidDocumentError,
    DocumentTooLargeError,
    JobCancelledError,
  ].map((Kind) => {
    const { name, code } = new Kind("");
    return [name, code];
  }),
);
