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
  if (job.attempt < attempt.attempt || !isTerminal(job.status)) return "stale";
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

async function announce(job: Job, ports: FinishPorts): Promise<void> {
  await ports.gate.release(attemptId(job));
  if (job.announced) return;
  await ports.queue.wake(attemptId(job));
  const event = eventOf(job);
  if (event !== undefined) await ports.events.emit({ ...job, at: isoTime(ports.clock) }, event);
  await ports.jobs.markAnnounced(job);
}

function eventOf(job: Job): JobEvent | undefined {
  switch (job.status) {
    case "completed":
      return { type: "job.completed", degraded: job.result.degraded };
    case "failed":
      return { type: "job.failed", error: job.error };
    case "cancelled":
      return { type: "job.cancelled" };
    case "queued":
    case "processing":
      return undefined;
  }
}
