/**
 * The one way into the queue, for a new job and for a retry, whatever the source: look at the gate,
 * refuse early, admit, record the job, wake dispatch, answer.
 */

import type { Metrics, TallyStore } from "../accounting/metrics.ts";
import type { AcceptedAnswer } from "../contract/calls/ingest.ts";
import { type Attempt, attemptId } from "../records/jobs/attempt.ts";
import type { Gate } from "../scheduling/gate/gate.ts";
import type { GateLimits } from "../scheduling/gate/gate-state.ts";
import type { WakeQueue } from "../scheduling/orchestration.ts";
import { countAdmission } from "./admission-counts.ts";
import { accepted, type QueuedJob } from "./answers.ts";
import { queueFull, refusalBy } from "./refusals.ts";

export interface AdmissionPorts {
  readonly gate: Gate;
  readonly queue: WakeQueue;
  readonly metrics: Metrics;
  readonly tallies: TallyStore;
}

export interface Admission {
  readonly attempt: Attempt;
  readonly tenant: string;
  /** Runs between the early look and the admission; sweep goes by what it writes. @default nothing */
  readonly intend?: () => Promise<void>;
  /**
   * Writes the queued job. Once it has returned, the job is accepted, whatever fails after. If it
   * throws, it has taken back whatever is to be taken back, the slot included.
   */
  readonly record: () => Promise<QueuedJob>;
}

/**
 * Admission comes before the job's record, so that a crash in between leaves
 * an admitted id without a job, which sweep releases after a minute.
 * @throws RequestRefusedError `queue_full`, `unavailable`, or what `intend` and `record` refuse with
 */
export async function admit(
  { attempt, tenant, intend, record }: Admission,
  ports: AdmissionPorts,
  limits: GateLimits,
): Promise<AcceptedAnswer> {
  const id = attemptId(attempt);
  const applicant = { jobId: attempt.jobId, tenant };
  // A refused conditional write costs as much as a kept one, and this item is hot: look first.
  const before = await ports.gate.read();
  const refusal = refusalBy(before, limits, applicant);
  if (refusal !== undefined) throw refusal;
  await intend?.();
  if ((await ports.gate.admit(id, tenant, limits)) === "full") {
    const now = await ports.gate.read();
    // It may have opened again since; then it was full in that moment, and this answer says when to come back.
    throw refusalBy(now, limits, applicant) ?? queueFull(now, attempt.jobId);
  }
  const job = await record();
  // The job is accepted. Neither a lost wake-up, which the next sweep repairs, nor an unknown queue
  // position is a reason to refuse it.
  await Promise.all([ports.queue.wake(id).catch(() => undefined), countAdmission(ports)]);
  const after = await ports.gate.read().catch(() => ({
    ...before,
    admitted: new Set([...before.admitted, id]),
    tenants: new Map([...before.tenants, [id, tenant] as const]),
  }));
  return accepted(job, after, limits);
}
