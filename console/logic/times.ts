/**
 * How long the latest attempt of a job waited and took. An answer says when the document was sent,
 * but not when a retry was asked for: between the two lies however long it took somebody to retry.
 */
import type { JobAnswer } from "../../lambdas/contract/calls/jobs.ts";
import { between } from "./format.ts";

type Times = Pick<
  JobAnswer,
  "attempt" | "submitted_at" | "started_at" | "completed_at" | "failed_at" | "cancelled_at"
>;

export function endOf(job: Times): string | undefined {
  return job.completed_at ?? job.failed_at ?? job.cancelled_at;
}

/** In the queue; nothing while it waits, or if it is not known since when it did. */
export function waited({ attempt, submitted_at: sent, started_at: started }: Times) {
  return attempt > 1 || started === undefined ? undefined : between(sent, started);
}

/** From its start, or from when it was sent if it never started. */
export function took(job: Times): string | undefined {
  const ended = endOf(job);
  const from = job.started_at ?? (job.attempt > 1 ? undefined : job.submitted_at);
  return ended === undefined || from === undefined ? undefined : between(from, ended);
}
