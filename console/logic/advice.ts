/** What went wrong, and what a person can do about it. */

import type { JobAnswer } from "../../lambdas/contract/calls/jobs.ts";
import { isTextKept } from "../../lambdas/contract/retention.ts";
import { CallError } from "./api.ts";

/** A sentence for a call that did not succeed. */
export function explain(error: unknown): string {
  if (!(error instanceof CallError)) {
    return error instanceof Error ? error.message : "Something went wrong.";
  }
  const { code, answer, message } = error;
  switch (code) {
    case "unreachable":
      return "Sluice does not answer. Check your connection; on a laptop, whether npm start is running.";
    case "forbidden":
      return "This key is not known here. Check it for missing characters, or take another: on a laptop npm start prints one, on AWS make one by npm run sluice -- keys create --tenant NAME --aws";
    case "queue_full":
      return `The queue is full${answer?.queue_size === undefined ? "" : ` (${answer.queue_size} waiting)`}. Nothing was kept of this document.`;
    case "throttled":
      return "This key sends more requests than its plan allows at once. Wait a moment.";
    case "quota_exceeded":
      return "This key's requests of the day are used up.";
    case "already_publishing":
      return "The job is storing its result just now; it can no longer be cancelled.";
    case "already_terminal":
      return "The job has ended already.";
    case "empty_document":
      return "There is no text in this document.";
    case "invalid_request": {
      const issues = (answer?.issues ?? []).map(({ path, message: what }) =>
        path === "" ? what : `${path}: ${what}`,
      );
      return issues.length === 0 ? message : issues.join("; ");
    }
    default:
      return message;
  }
}

/** Whether to offer a retry: where it would meet the same error, a button would only make somebody wait for it. */
export function canRetry(
  { status, error, submitted_at }: Pick<JobAnswer, "status" | "error" | "submitted_at">,
  nowMs: number,
): boolean {
  const mayHelp = status === "cancelled" || (status === "failed" && error?.retryable !== false);
  return mayHelp && isTextKept(submitted_at, nowMs);
}

type JobError = NonNullable<JobAnswer["error"]>;

/** What to do about a job that failed. */
export function adviceFor(error: Pick<JobError, "code" | "retryable">): string {
  switch (error.code) {
    case "document_too_large":
      return "Split the document and send the parts as documents of their own.";
    case "invalid_document":
      return "Correct the document and send it again; a retry would meet the same error.";
    case "provider_misconfigured":
      return "The provider's address, key or model is wrong. Correct the settings, deploy, then retry: finished chunks are kept.";
    case "provider_throttled":
    case "provider_timeout":
    case "provider_unavailable":
    case "circuit_open":
      return "The model provider was not able to answer. Retry when it is well again: finished chunks are kept and not paid for twice.";
    default:
      return error.retryable
        ? "Retry it: the job resumes where it stopped, and finished chunks are kept."
        : "A retry would meet the same error. Change the document, then send it again.";
  }
}

/** Whether a pause may be all that a refused call needs. */
export function passes(error: unknown): error is CallError {
  return (
    error instanceof CallError &&
    ["queue_full", "throttled", "unavailable", "unreachable"].includes(error.code)
  );
}
