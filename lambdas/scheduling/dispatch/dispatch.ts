import { type Clock, isoTime } from "../../platform/clock.ts";
import { type AttemptId, parseAttemptId } from "../../records/jobs/attempt.ts";
import { isTerminal, type Job } from "../../records/jobs/job.ts";
import type { JobStore } from "../../records/jobs/job-store.ts";
import type { Gate } from "../gate/gate.ts";
import type { GateLimits } from "../gate/gate-state.ts";
import { Turns } from "../gate/turns.ts";
import type { Workflow } from "../orchestration.ts";

export interface DispatchPorts {
  readonly gate: Gate;
  readonly jobs: JobStore;
  readonly workflow: Workflow;
  readonly clock: Clock;
}

export interface DispatchSettings extends GateLimits {
  readonly jobTimeoutMs: number;
}

/**
 * Starts waiting jobs in turn while a slot is free. Called by any wake-up, any
 * number of times and in parallel: a repeated step has no further effect, and
 * sweep does what a crash leaves undone.
 * @returns the attempts that it set going
 */
export async function dispatch(
  ports: DispatchPorts,
  settings: DispatchSettings,
): Promise<AttemptId[]> {
  const started: AttemptId[] = [];
  for (let looks = 0; looks < mostLooks; looks++) {
    if ((await startInTurn(started, ports, settings)) === "done") break;
  }
  return started;
}

/** As often as others change the queue meanwhile; after that, their wake-ups go on. */
const mostLooks = 3;

/**
 * Goes by the queue as it is now.
 * @returns `outdated` when a job was refused its turn: what was read is true no longer, and to try
 * all the others would be as many refused writes
 */
async function startInTurn(
  started: AttemptId[],
  ports: DispatchPorts,
  settings: DispatchSettings,
): Promise<"done" | "outdated"> {
  const gate = await ports.gate.read();
  const turns = new Turns(gate, settings);
  let free = settings.maxActive - gate.active.size;
  while (free > 0) {
    const turn = turns.next();
    if (turn === undefined || turn.blocked) break;
    const { id } = turn;
    const job = await ports.jobs.read(parseAttemptId(id).jobId);
    switch (readiness(job, id)) {
      case "not-yet":
        break;
      case "over":
        await ports.gate.release(id, job && { tenant: job.tenant });
        break;
      case "ready":
        if (job === undefined) break;
        if ((await ports.gate.promote(id, job.tenant, settings)) === "refused") return "outdated";
        turn.started();
        free -= 1;
        if (await launch(id, ports, settings)) started.push(id);
    }
  }
  return "done";
}

/**
 * Admission comes before the job is put (submit) or queued again (retry): an
 * id whose job is not there yet waits for the next wake-up. One that has ended
 * keeps its slot until its end is announced, because sweep finds by the slot
 * what is still to be announced.
 */
function readiness(job: Job | undefined, id: AttemptId): "ready" | "not-yet" | "over" {
  if (job === undefined) return "not-yet";
  const { attempt } = parseAttemptId(id);
  if (job.attempt < attempt) return "not-yet";
  if (job.attempt > attempt) return "over";
  if (isTerminal(job.status)) return job.announced ? "over" : "not-yet";
  return "ready";
}

/** Marks the job first: its steps ask for `processing` before they do anything. */
async function launch(
  id: AttemptId,
  ports: DispatchPorts,
  settings: DispatchSettings,
): Promise<boolean> {
  const attempt = parseAttemptId(id);
  const deadlineAt = new Date(ports.clock.now() + settings.jobTimeoutMs).toISOString();
  const marked = await ports.jobs.start(attempt, { startedAt: isoTime(ports.clock), deadlineAt });
  // Cancelled in this moment: its finish gives the slot back.
  if (marked === "refused") return false;
  await ports.workflow.start(attempt);
  return true;
}
