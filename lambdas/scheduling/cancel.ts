import { notFound, RequestRefusedError } from "../contract/refusals.ts";
import { type Clock, isoTime } from "../platform/clock.ts";
import { attemptId } from "../records/jobs/attempt.ts";
import type { Job } from "../records/jobs/job.ts";
import type { JobStore } from "../records/jobs/job-store.ts";
import type { Finisher, Workflow } from "./orchestration.ts";

export interface CancelPorts {
  readonly jobs: JobStore;
  readonly finisher: Finisher;
  readonly workflow: Workflow;
  readonly clock: Clock;
}

/**
 * Cancels a job. The request is written first and refused once storage has
 * begun to publish, so a cancelled job never becomes visible; the rest only
 * hastens what sweep would do.
 * @returns the job; already cancelled, or with its cancel requested
 * @throws RequestRefusedError `not_found`, `already_terminal`, `already_publishing`
 */
export async function cancel(tenant: string, jobId: string, ports: CancelPorts): Promise<Job> {
  const known = await ports.jobs.read(jobId);
  if (known === undefined || known.tenant !== tenant) throw notFound(`Job ${jobId}`);
  const { outcome, job } = await ports.jobs.requestCancel(jobId, isoTime(ports.clock));
  switch (outcome) {
    case "publishing":
      throw new RequestRefusedError(
        "already_publishing",
        `Job ${jobId} is storing its document, so it can no longer be cancelled.`,
      );
    case "terminal":
      if (job.status === "cancelled") return job;
      throw new RequestRefusedError("already_terminal", `Job ${jobId} is already ${job.status}.`);
    case "requested":
      // Ends the job at once, so that every fence of its steps closes; then stops what still runs.
      await ports.finisher.finish(job, { kind: "cancelled" }).catch(() => undefined);
      await ports.workflow.stop(attemptId(job)).catch(() => undefined);
      return job;
  }
}
