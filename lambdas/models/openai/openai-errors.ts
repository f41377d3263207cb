/** The client's errors in the words of the domain. Messages hold neither text nor key: endpoints may echo both. */
import { APIConnectionTimeoutError, APIError, APIUserAbortError } from "openai";
import type { SluiceError } from "../../platform/tasks/task-error.ts";
import {
  ProviderMisconfiguredError,
  ProviderRejectedError,
  ProviderThrottledError,
  ProviderTimeoutError,
  ProviderUnavailableError,
} from "../errors.ts";
import { retryAfterMs } from "./retry-after.ts";

/** Whose call it was, for the sentence that names what to mend. */
export interface Endpoint {
  /** Such as `the language model`. */
  readonly what: string;
  /** Settings are `SLUICE_<prefix>_API_KEY`, `_BASE_URL`, `_MODEL`. */
  readonly settings: "LLM" | "EMBEDDINGS";
}

/**
 * - aborted, 408, connect time-out: {@link ProviderTimeoutError}
 * - 429: {@link ProviderThrottledError}, with what the endpoint asked to wait
 * - 401, 402, 403, 404, 405, 410: {@link ProviderMisconfiguredError}; every call would be refused
 * - 409, 425, 5xx, no connection, a body that is not JSON: {@link ProviderUnavailableError}
 * - any other 4xx: {@link ProviderRejectedError}
 */
export function translate(
  error: unknown,
  { what, settings }: Endpoint,
  call: { readonly signal: AbortSignal; readonly nowMs: number },
): SluiceError {
  // A body that was cut off by the abort surfaces as an error of the stream.
  if (call.signal.aborted || error instanceof APIUserAbortError) {
    return new ProviderTimeoutError(`${what} gave no answer within the time of a call.`);
  }
  if (error instanceof APIConnectionTimeoutError) {
    return new ProviderTimeoutError(`${what} could not be reached in time.`);
  }
  if (!(error instanceof APIError)) {
    return new ProviderUnavailableError(`${what} answered what is not JSON, or broke off.`);
  }
  const { status, headers } = error as APIError;
  if (status === undefined) {
    return new ProviderUnavailableError(
      `${what} could not be reached, or broke the connection off.`,
    );
  }
  const answered = `${what} answered ${status}${reason(error.code)}`;
  const wait = retryAfterMs(headers, call.nowMs);
  switch (status) {
    case 401:
    case 402:
    case 403:
      return new ProviderMisconfiguredError(
        `${answered}: set SLUICE_${settings}_API_KEY to a key with access and credit, deploy, and retry the job.`,
      );
    case 404:
    case 405:
    case 410:
      return new ProviderMisconfiguredError(
        `${answered}: set SLUICE_${settings}_BASE_URL and SLUICE_${settings}_MODEL to an endpoint and a model it serves, deploy, and retry the job.`,
      );
    case 408:
      return new ProviderTimeoutError(`${answered}.`);
    case 409:
    case 425:
      return new ProviderUnavailableError(`${answered}.`, wait);
    case 429:
      return new ProviderThrottledError(`${answered}.`, wait);
    default:
      return status >= 500
        ? new ProviderUnavailableError(`${answered}.`, wait)
        : new ProviderRejectedError(`${answered}: it does not accept this text.`);
  }
}

/** The endpoint's own code where it is a plain word, such as ` (context_length_exceeded)`. */
function reason(code: unknown): string {
  return typeof code === "string" && /^[a-z]+(?:_[a-z]+)*$/.test(code) && code.length <= 48
    ? ` (${code})`
    : "";
}
