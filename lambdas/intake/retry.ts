import type { AcceptedAnswer } from "../contract/calls/ingest.ts";
import { notFound, RequestRefusedError } from "../contract/refusals.ts";
import { isTextKept, retryableDays } from "../contract/retention.ts";
import { type Clock, isoTime } from "../platform/clock.ts";
import { endedAttemptsOf } from "../records/jobs/ended-attempts.ts";
import type { Job } from "../records/jobs/job.ts";
import type { JobStore } from "../records/jobs/job-store.ts";
import type { GateLimits } from "../scheduling/gate/gate-state.ts";
import { type AdmissionPorts, admit } from "./admission.ts";
import { countRefusal } from "./admission-counts.ts";
import { unavailable } from "./refusals.ts";

export interface RetryPorts extends AdmissionPorts {
  readonly jobs: JobStore;
  readonly clock: Clock;
}

/**
 * Queues a failed or cancelled job again. It keeps its chunking, its finished
 * batches and its answers, and so resumes where it stopped.
 * @throws RequestRefusedError `not_found`, `not_retryable`, `queue_full`, `unavailable`
 */
export function retry(
  tenant: string,
  jobId: string,
  ports: RetryPorts,
  limits: GateLimits,
): Promise<AcceptedAnswer> {
  return queueAgain(tenant, jobId, ports, limits).catch((error: unknown) =>
    countRefusal(error, ports),
  );
}

async function queueAgain(
  tenant: string,
  jobId: string,
  ports: RetryPorts,
  limits: GateLimits,
): Promise<AcceptedAnswer> {
  const job = await ports.jobs.read(jobId);
  if (job === undefined || job.tenant !== tenant) throw notFound(`Job ${jobId}`);
  if (job.status !== "failed" && job.status !== "cancelled") throw notRetryable(job);
  if (!isTextKept(job.submittedAt, ports.clock.now())) throw tooLate(job);
  // Another attempt must not begin before this end is announced, or nobody would hear of it.
  if (!job.announced) throw unavailable(`Job ${jobId} has only just ended.`);
  const attempt = { jobId, attempt: job.attempt + 1 };
  return admit(
    {
      attempt,
      tenant,
      // Sweep leaves an admitted id alone while its intent is young.
      intend: async () => {
        const intended = await ports.jobs.intendRetry(job, isoTime(ports.clock));
        if (intended === "refused") throw notRetryable(job);
      },
      record: async () => {
        const requeued = await ports.jobs.requeue(job, endedAttemptsOf(job));
        // Another retry came first and is admitted under the same id: the slot belongs to that one.
        if (requeued === "refused") throw notRetryable((await ports.jobs.read(jobId)) ?? job);
        return { ...job, ...attempt };
      },
    },
    ports,
    limits,
  );
}

function notRetryable(job: Job): RequestRefusedError {
  return new RequestRefusedError(
    "not_retryable",
    `Job ${job.jobId} is ${job.status}. Only a failed or cancelled job can be retried.`,
    { status: job.status },
  );
}

function tooLate(job: Job): RequestRefusedError {
  return new RequestRefusedError(
    "not_retryable",
    `Job ${job.jobId} was submitted more than ${retryableDays} days ago, so it can no longer be retried. Ingest the document again.`,
    { status: job.status },
  );
}
