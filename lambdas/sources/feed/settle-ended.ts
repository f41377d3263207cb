import { type Clock, isoTime } from "../../platform/clock.ts";
import { isTerminal, type Job } from "../../records/jobs/job.ts";
import type { JobStore } from "../../records/jobs/job-store.ts";
import { type Changes, isDocument } from "../changes.ts";
import { type DocumentRecord, failed, settled, unclaimed } from "../record.ts";

/**
 * A claim without a job, or of a removal, belongs to a function that died if it is older than this.
 * Longer than the function may run.
 */
export const deadClaimMs = 120_000;

/** Looks how the work on an object went, and notes it if it has ended. */
export async function settleEnded(
  key: string,
  changes: Changes,
  { jobs, clock }: { readonly jobs: Pick<JobStore, "read">; readonly clock: Clock },
): Promise<void> {
  const read = await changes.read(key);
  if (!isDocument(read?.record) || read.record.claim === undefined) return;
  const { record } = read;
  const { jobId, atMs } = read.record.claim;
  const lookedAtMs = clock.now();
  const job = jobId === undefined ? undefined : await jobs.read(jobId);
  if (job === undefined) {
    if (lookedAtMs - atMs <= deadClaimMs) return;
    await changes.write(key, read, unclaimed(record, lookedAtMs));
    return;
  }
  if (isTerminal(job.status)) await changes.write(key, read, ended(record, job, clock));
}

function ended(record: DocumentRecord, job: Job, clock: Clock): DocumentRecord {
  const nowMs = clock.now();
  const at = isoTime(clock);
  switch (job.status) {
    case "completed":
      return settled(record, nowMs);
    case "failed": {
      const { code, message } = job.error;
      return failed(record, { code, message, jobId: job.jobId, at }, nowMs);
    }
    default: {
      const message =
        "The job was cancelled. Retry it, or change the object to have it ingested again.";
      return failed(record, { code: "cancelled", message, jobId: job.jobId, at }, nowMs);
    }
  }
}
