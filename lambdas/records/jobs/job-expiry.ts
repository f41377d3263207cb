import { decodeTime } from "ulid";
import { jobDaysFromSubmission, retentionDays } from "../../contract/retention.ts";

const dayMs = 86_400_000;

/**
 * Until when an ended job is kept: `retentionDays` after its end, and as long as its text. Whoever
 * erases a document finds the texts of its versions by their jobs.
 * @param jobId a ULID, which has the time of the submission
 * @returns epoch milliseconds
 */
export function jobExpiryMs(jobId: string, endedAtMs: number): number {
  return Math.max(
    endedAtMs + retentionDays * dayMs,
    decodeTime(jobId) + jobDaysFromSubmission * dayMs,
  );
}
