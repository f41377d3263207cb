/** Error messages and advice for people. */

import type { JobAnswer } from "../../lambdas/contract/calls/jobs.ts";
import { isTextKept } from "../../lambdas/contract/retention.ts";
import { CallError } from "./api.ts";

/** A sentence for a call that failed. */
export function explain(error: unknown): string {
  if (!(error instanceof CallError)) {
    return error instanceof Error ? error.message : "Something went wrong.";
  }
  const { code, answer, message } = error;
  switch (code) {
    case "unreachable":
      return "Sluice does not respond. Check your connection. On a laptop, check that npm start is running.";
    case "unauthenticated":
      return "This token is not valid, or it has expired. Get a new one where you got it, and enter it.";
    case "forbidden":
      // Of other callers, the response says what they lack.
      if ((answer?.reason ?? "api_key") !== "api_key") return message;
      return "This API key is not valid. Check it for missing characters, or use another key. On a laptop, npm start prints one. On AWS, create one with npm run sluice -- keys create --tenant NAME --aws";
    case "queue_full":
      return `The queue is full${answer?.queue_size === undefined ? "" : ` (${answer.queue_size} waiting)`}. This document was not stored. Send it again later.`;
    case "throttled":
      return "Too many requests with this key. Wait a moment and try again.";
    case "quota_exceeded":
      return "This key has used all its requests for today. Try again tomorrow.";
    case "already_publishing":
      return "The job is storing its result, so it can no longer be cancelled.";
    case "already_terminal":
      return "The job has already ended.";
    case "empty_document":
      return "This document has no text. Choose a document with text.";
    case "invalid_request": {
      const issues = (answer?.issues ?? []).map(({ path, message: what }) =>
        path === "" ? what : `${path} ${what}`,
      );
      return issues.length === 0 ? message : issues.join("; ");
    }
    default:
      return message;
  }
}

/** Whether to offer a retry. A retry that would fail with the same error is not offered. */
export function canRetry(
  { status, error, submitted_at }: Pick<JobAnswer, "status" | "error" | "submitted_at">,
  nowMs: number,
): boolean {
  const mayHelp = status === "cancelled" || (status === "failed" && error?.retryable !== false);
  return mayHelp && isTextKept(submitted_at, nowMs);
}

type JobError = NonNullable<JobAnswer["error"]>;

/** What to do about a failed job. */
export function adviceFor(error: Pick<JobError, "code" | "retryable">): string {
  switch (error.code) {
    case "document_too_large":
      return "Split the document and send each part as a separate document.";
    case "no_text":
      return "Its pages hold no text. Run text recognition (OCR) on the file and send the result.";
    case "encrypted":
      return "Remove the password of the file and send it again.";
    case "damaged":
      return "The file is broken or cut off. Save it again in its program and send it again.";
    case "unknown_encoding":
      return "Save the text as UTF-8 and send it again.";
    case "invalid_document":
      return "Correct the document and send it again. A retry would fail with the same error.";
    case "provider_misconfigured":
      return "The provider's address, key or model is wrong. Correct the settings, deploy, then retry: finished chunks are kept.";
    case "provider_throttled":
    case "provider_timeout":
    case "provider_unavailable":
    case "circuit_open":
      return "The model provider was not available. Retry the job when the provider is healthy: finished chunks are kept and not paid for twice.";
    default:
      return error.retryable
        ? "Retry the job. It resumes from where it stopped and keeps finished chunks."
        : "A retry would fail with the same error. Change the document and send it again.";
  }
}

/** Whether the refused call may succeed after a pause. */
export function passes(error: unknown): error is CallError {
  return (
    error instanceof CallError &&
    ["queue_full", "throttled", "unavailable", "unreachable"].includes(error.code)
  );
}
