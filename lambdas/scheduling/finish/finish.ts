import type { Metrics } from "../../accounting/metrics.ts";
import { costOf, type Priced, unpriced } from "../../accounting/prices.ts";
import { type Clock, isoTime } from "../../platform/clock.ts";
import { type Attempt, attemptId } from "../../records/jobs/attempt.ts";
import {
  type EndedJob,
  endedAt,
  hasEnded,
  isTerminal,
  type Job,
  type TerminalState,
} from "../../records/jobs/job.ts";
import type { JobStore } from "../../records/jobs/job-store.ts";
import type { Gate, ReleaseDetails } from "../gate/gate.ts";
import type { Ending, JobEvent, JobEvents, WakeQueue } from "../orchestration.ts";
import { endSamples, totalsOf } from "./attempt-totals.ts";
import { describeFailure } from "./failure.ts";

export interface FinishPorts {
  readonly gate: Gate;
  readonly jobs: JobStore;
  readonly queue: WakeQueue;
  readonly events: JobEvents;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

/** `stale`: a report of an attempt that is not the job's current one. */
export type Finished = TerminalState["status"] | "stale";

/**
 * The only writer of terminal states. The state machine, events (repeated, late,
 * in any order) and sweep report to it; only the first report of the job's
 * current attempt counts. Until the end is announced, every report
 * announces it again, so that a crash in between leaks no slot.
 */
export async function finish(
  attempt: Attempt,
  ending: Ending,
  ports: FinishPorts,
  settings: Priced = unpriced,
): Promise<Finished> {
  const job = await endedJob(attempt, ending, ports, settings);
  if (job === undefined || job.attempt > attempt.attempt) {
    await ports.gate.release(attemptId(attempt), tenantOf(job));
    return "stale";
  }
  if (job.attempt < attempt.attempt || !hasEnded(job)) return "stale";
  await announce(job, ports, settings);
  return job.status;
}

/**
 * Writes the terminal state, unless one stands already; answers the job as it
 * then is. A failure is refused if a cancel or the result came in between; what
 * outweighed it does not go away, so the second read decides.
 */
async function endedJob(
  attempt: Attempt,
  ending: Ending,
  ports: FinishPorts,
  settings: Priced,
): Promise<Job | undefined> {
  for (let reads = 1; ; reads++) {
    const job = await ports.jobs.read(attempt.jobId);
    const over = job?.attempt !== attempt.attempt || isTerminal(job.status);
    if (over || reads > maxReads) return job;
    await ports.jobs.finish(attempt, await terminalState(job, ending, ports, settings));
  }
}

const maxReads = 2;

/**
 * What is stored outweighs every report: a published document's job is
 * completed even if its execution failed after the commit, and one whose
 * cancel was asked for before is cancelled, however its execution ended.
 */
async function terminalState(
  job: Job,
  ending: Ending,
  ports: FinishPorts,
  { prices }: Priced,
): Promise<TerminalState> {
  const at = isoTime(ports.clock);
  if (job.stored !== undefined) {
    const usage = await ports.jobs.usage(job.jobId);
    const estimatedCostUsd = costOf(usage, prices);
    const cost = estimatedCostUsd === undefined ? {} : { estimatedCostUsd };
    return { status: "completed", completedAt: at, result: { ...job.stored, usage, ...cost } };
  }
  if (ending.kind === "cancelled" || job.cancelRequestedAt !== undefined) {
    return { status: "cancelled", cancelledAt: at };
  }
  return { status: "failed", failedAt: at, error: describeFailure(job, ending) };
}

/**
 * Gives the slot back last: while the id is at the gate, sweep sees that an
 * end was not announced, and has this done again.
 */
async function announce(job: EndedJob, ports: FinishPorts, settings: Priced): Promise<void> {
  if (!job.announced) {
    await emitEvent(job, ports);
    await count(job, ports, settings);
  }
  await ports.gate.release(attemptId(job), { tenant: job.tenant, ...runTime(job) });
  // A lost wake-up only delays the next job to the next sweep.
  if (!job.announced) await ports.queue.wake(attemptId(job)).catch(() => undefined);
}

/**
 * Marks the end as announced, and in the same write adds up what it counts
 * for. Calls that end after a cancel or a failure come too late for it; their
 * own function has emitted them.
 */
async function count(job: EndedJob, ports: FinishPorts, { prices }: Priced): Promise<void> {
  const announced = await ports.jobs
    .usage(job.jobId, job.attempt)
    .then((usage) => ports.jobs.markAnnounced(job, totalsOf(job, usage, prices)))
    // An end that cannot be counted is announced all the same: counting holds no slot up.
    .catch(() => ports.jobs.markAnnounced(job));
  if (announced === "announced") ports.metrics.emit(endSamples(job));
}

/** Only completed jobs measure how long a job runs; an outage's failures do not. */
function runTime(job: EndedJob): Pick<ReleaseDetails, "ranMs"> {
  if (job.announced || job.status !== "completed") return {};
  return { ranMs: Math.max(0, Date.parse(job.completedAt) - Date.parse(job.startedAt)) };
}

function tenantOf(job: Job | undefined): Pick<ReleaseDetails, "tenant"> {
  return job === undefined ? {} : { tenant: job.tenant };
}

/** A bus that refuses an event for this long must not hold the slot any longer; the job's record tells its end. */
const announcePatienceMs = 600_000;

async function emitEvent(job: EndedJob, ports: FinishPorts): Promise<void> {
  const at = endedAt(job);
  await ports.events.emit({ ...job, at }, eventOf(job)).catch((error: unknown) => {
    if (ports.clock.now() - Date.parse(at) < announcePatienceMs) throw error;
  });
}

function eventOf(job: EndedJob): JobEvent {
  switch (job.status) {
    case "completed":
      return { type: "job.completed", degraded: job.result.degraded };
    case "failed":
      return { type: "job.failed", error: job.error };
    case "cancelled":
      return { type: "job.cancelled" };
  }
}
