/**
 * How long the latest attempt of a job waited and ran. The API returns the time of the submission
 * but not the time of a retry, and a user may retry long after a failure.
 */
import type { JobAnswer } from "../../../lambdas/contract/calls/jobs.ts";
import { between } from "../format.ts";

type Times = Pick<
  JobAnswer,
  "attempt" | "submitted_at" | "started_at" | "completed_at" | "failed_at" | "cancelled_at"
>;

export function endOf(job: Times): string | undefined {
  return job.completed_at ?? job.failed_at ?? job.cancelled_at;
}

/** Time in the queue; undefined while the job is queued, or if the start of the wait is unknown. */
export function waited({ attempt, submitted_at: sent, started_at: started }: Times) {
  return attempt > 1 || started === undefined ? undefined : between(sent, started);
}

/** Time from its start, or from its submission if it never started. */
export function took(job: Times): string | undefined {
  const ended = endOf(job);
  const from = job.started_at ?? (job.attempt > 1 ? undefined : job.submitted_at);
  return ended === undefined || from === undefined ? undefined : between(from, ended);
}
