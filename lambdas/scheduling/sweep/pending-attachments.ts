import pMap from "p-map";
import type { PendingAttachments } from "../../records/attachments/pending-attachments.ts";
import type { JobStore } from "../../records/jobs/job-store.ts";
import type { Finisher } from "../orchestration.ts";

export interface PendingAttachmentsPorts {
  readonly attachments: PendingAttachments;
  readonly jobs: JobStore;
  readonly finisher: Finisher;
}

const jobsAtOnce = 4;

/**
 * Has finish queue the attachments that are still to be queued: those for which the queue had no
 * room, or whose job ended in a crash. A job that failed notes them again when it is retried.
 */
export async function sweepAttachments({
  attachments,
  jobs,
  finisher,
}: PendingAttachmentsPorts): Promise<void> {
  await pMap(
    await attachments.list(),
    async (jobId) => {
      const job = await jobs.read(jobId);
      switch (job?.status) {
        case "queued":
        case "processing":
          return;
        case "completed":
          return finisher.finish(job, { kind: "ended" });
        default:
          return attachments.forget(jobId);
      }
    },
    { concurrency: jobsAtOnce },
  );
}
