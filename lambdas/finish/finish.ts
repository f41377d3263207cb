import {
  type Attempt,
  attemptId,
  isTerminal,
  type Job,
  type TerminalState,
} from "../domain/job.ts";
import { type Clock, isoTime } from "../ports/clock.ts";
import type { Gate } from "../ports/gate.ts";
import type { JobStore } from "../ports/job-store.ts";
import type { Ending, JobEvent, JobEvents, WakeQueue } from "../ports/orchestration.ts";
import { describeFailure } from "./failure.ts";

export interface FinishPorts {
  readonly gate: Gate;
  readonly jobs: JobStore;
  readonly queue: WakeQueue;
  readonly events: JobEvents;
  readonly clock: Clock;
}

/** `stale`: told of an attempt that is not the job's current one. */
export type Finished = TerminalState["status"] | "stale";

/**
 * The only writer of terminal states. Told by the state machine, by events
 * (repeated, late, in any order) and by sweep; only the first tale of the
 * job's current attempt counts. Until the end is announced, every tale
 * announces it again, so that a crash in between leaks no slot.
 */
export async function finish(
  attempt: Attempt,
  ending: Ending,
  ports: FinishPorts,
): Promise<Finished> {
  const job = await endedJob(attempt, ending, ports);
  if (job === undefined || job.attempt > attempt.attempt) {
    await ports.gate.release(attemptId(attempt));
    return "stale";
  }
  if (job.attempt < attempt.attempt || !hasEnded(job)) return "stale";
  await announce(job, ports);
  return job.status;
}

/** Writes the terminal state, unless one stands already; answers the job as it then is. */
async function endedJob(
  attempt: Attempt,
  ending: Ending,
  ports: FinishPorts,
): Promise<Job | undefined> {
  const job = await ports.jobs.read(attempt.jobId);
  if (job === undefined || job.attempt !== attempt.attempt || isTerminal(job.status)) return job;
  await ports.jobs.finish(attempt, await terminalState(job, ending, ports));
  return ports.jobs.read(attempt.jobId);
}

/**
 * What is stored outweighs every tale: a published document's job is
 * completed even if its execution failed after the commit, and one whose
 * cancel was asked for before is cancelled, however its execution ended.
 */
async function terminalState(job: Job, ending: Ending, ports: FinishPorts): Promise<TerminalState> {
  const at = isoTime(ports.clock);
  if (job.stored !== undefined) {
    const usage = await ports.jobs.usage(job.jobId);
    return { status: "completed", completedAt: at, result: { ...job.stored, usage } };
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
async function announce(job: EndedJob, ports: FinishPorts): Promise<void> {
  if (!job.announced) {
    await tell(job, ports);
    await ports.jobs.markAnnounced(job);
  }
  await ports.gate.release(attemptId(job));
  // A lost wake-up only delays the next job to the next sweep.
  if (!job.announced) await ports.queue.wake(attemptId(job)).catch(() => undefined);
}

/** A bus that refuses an event for this long must not hold the slot any longer; the job's record tells its end. */
const announcePatienceMs = 600_000;

async function tell(job: EndedJob, ports: FinishPorts): Promise<void> {
  const at = endedAt(job);
  await ports.events.emit({ ...job, at }, eventOf(job)).catch((error: unknown) => {
    if (ports.clock.now() - Date.parse(at) < announcePatienceMs) throw error;
  });
}

type EndedJob = Extract<Job, { status: TerminalState["status"] }>;

function hasEnded(job: Job): job is EndedJob {
  return isTerminal(job.status);
}

function endedAt(job: EndedJob): string {
  switch (job.status) {
    case "completed":
      return job.completedAt;
    case "failed":
      return job.failedAt;
    case "cancelled":
      return job.cancelledAt;
  }
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
