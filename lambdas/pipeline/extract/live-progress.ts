import type { Clock } from "../../platform/clock.ts";
import type { Attempt } from "../../records/jobs/attempt.ts";
import type { ReadingProgress } from "../../records/jobs/job.ts";
import type { JobStore } from "../../records/jobs/job-store.ts";
import type { Progress } from "./sandbox/run.ts";

/** A write to the job's item for each, and a wake-up of each long poll. */
const recordEveryMs = 500;

/**
 * Keeps how far a document is read, at a bounded rate and one write at a time. The writes are also
 * the fence: one that finds the attempt cancelled aborts the reading.
 */
export function liveProgress(
  attempt: Attempt,
  { jobs, clock }: { readonly jobs: JobStore; readonly clock: Clock },
) {
  const abort = new AbortController();
  let latest: ReadingProgress | undefined;
  let recordedAtMs = Number.NEGATIVE_INFINITY;
  let writing: Promise<void> | undefined;
  return {
    signal: abort.signal,
    onProgress: ({ done, total }: Progress) => {
      const progress = { done, ...(total === undefined ? {} : { total }) };
      latest = progress;
      if (writing !== undefined || clock.now() - recordedAtMs < recordEveryMs) return;
      recordedAtMs = clock.now();
      writing = jobs
        .recordReading(attempt, progress)
        .catch((error: unknown) => abort.abort(error))
        .finally(() => {
          writing = undefined;
        });
    },
    /** Waits for a write under way; answers how many parts the document has, as far as it is known. */
    end: async (): Promise<number | undefined> => {
      await writing;
      return latest?.total;
    },
  };
}
