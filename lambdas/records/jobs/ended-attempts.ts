/** How earlier attempts of a job ended; a retry replaces the job's own end. */
import { type EndedAttempt, type EndedJob, endedAt } from "./job.ts";

/** Latest ones that are kept: a job may be retried any number of times, and an item is small. */
export const maxEndedAttempts = 10;

/** The ended attempts of a job with the one that ended last, for the record of its next attempt. */
export function endedAttemptsOf(
  job: Extract<EndedJob, { status: "failed" | "cancelled" }>,
): readonly EndedAttempt[] {
  const last: EndedAttempt = {
    attempt: job.attempt,
    status: job.status,
    ...(job.startedAt === undefined ? {} : { startedAt: job.startedAt }),
    endedAt: endedAt(job),
    ...(job.status === "failed" ? { error: job.error } : {}),
  };
  return [...(job.endedAttempts ?? []), last].slice(-maxEndedAttempts);
}
