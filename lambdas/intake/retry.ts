import type { Metrics, TallyStore } from "../accounting/metrics.ts";
import type { AcceptedAnswer } from "../contract/calls/ingest.ts";
import { notFound, RequestRefusedError } from "../contract/refusals.ts";
import { isTextKept, retryableDays } from "../contract/retention.ts";
import { type Clock, isoTime } from "../platform/clock.ts";
import { type AttemptId, attemptId } from "../records/jobs/attempt.ts";
import type { Job } from "../records/jobs/job.ts";
import type { JobStore } from "../records/jobs/job-store.ts";
import type { Gate } from "../scheduling/gate/gate.ts";
import type { GateLimits } from "../scheduling/gate/gate-state.ts";
import type { WakeQueue } from "../scheduling/orchestration.ts";
import { accepted, queueFull, refusalBy, unavailable } from "./admission.ts";
import { countAdmission, countRefusal } from "./admission-counts.ts";

export interface RetryPorts {
  readonly gate: Gate;
  readonly jobs: JobStore;
  readonly queue: WakeQueue;
  readonly metrics: Metrics;
  readonly tallies: TallyStore;
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
  const next = { jobId, attempt: job.attempt + 1 };
  const gate = await ports.gate.read();
  const refusal = refusalBy(gate, limits, jobId);
  if (refusal !== undefined) throw refusal;
  // The intent comes before the admission: sweep leaves an admitted id alone while its intent is young.
  if ((await ports.jobs.intendRetry(job, isoTime(ports.clock))) === "refused")
    throw notRetryable(job);
  await admit(attemptId(next), ports, limits, jobId);
  if ((await ports.jobs.requeue(job)) === "refused") {
    // Another retry came first and is admitted under the same id: the slot is its, not ours to release.
    throw notRetryable((await ports.jobs.read(jobId)) ?? job);
  }
  await Promise.all([
    ports.queue.wake(attemptId(next)).catch(() => undefined),
    countAdmission(ports),
  ]);
  // The job is queued: a position that cannot be told is no reason to refuse it.
  return accepted({ ...job, attempt: next.attempt }, await ports.gate.read().catch(() => gate));
}

async function admit(
  id: AttemptId,
  ports: RetryPorts,
  limits: GateLimits,
  jobId: string,
): Promise<void> {
  if ((await ports.gate.admit(id, limits)) === "full") {
    const now = await ports.gate.read();
    throw refusalBy(now, limits, jobId) ?? queueFull(now, jobId);
  }
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
    `Job ${job.jobId} was submitted more than ${retryableDays} days ago, so its text is deleted. Ingest the document again.`,
    { status: job.status },
  );
}
