/** Whether the queue moves: told apart from one that is merely long. */

import { sha256 } from "../../platform/sha256.ts";
import type { AttemptId } from "../../records/jobs/attempt.ts";
import { type Job, queuedAt } from "../../records/jobs/job.ts";
import { type GateState, waiting } from "../gate/gate-state.ts";
import { stalledAfterMs } from "../limits.ts";

/** What a look at the queue saw. */
export interface QueueObservation {
  /** Equal marks mean that between two looks no job started, ended or got on. */
  readonly mark: string;
  /** Epoch milliseconds of the first look that saw this mark. */
  readonly sinceMs: number;
  /** When the job at the head was queued; missing when none waits. */
  readonly oldestQueuedAtMs?: number;
}

/** @param jobs those that run, and the one that is next; those that could not be read are missing */
export function observeQueue(
  gate: GateState,
  jobs: ReadonlyMap<AttemptId, Job>,
  before: QueueObservation | undefined,
  nowMs: number,
): QueueObservation {
  const [head] = waiting(gate);
  const versions = [...gate.active].sort().map((id) => [id, jobs.get(id)?.version]);
  const mark = sha256(JSON.stringify([head, versions]));
  const sinceMs = before?.mark === mark ? before.sinceMs : nowMs;
  const first = head === undefined ? undefined : jobs.get(head);
  return first === undefined
    ? { mark, sinceMs }
    : { mark, sinceMs, oldestQueuedAtMs: Date.parse(queuedAt(first)) };
}

export function oldestQueuedSeconds(seen: QueueObservation | undefined, nowMs: number): number {
  if (seen?.oldestQueuedAtMs === undefined) return 0;
  return Math.max(0, nowMs - seen.oldestQueuedAtMs) / 1_000;
}

/** Old and no progress, in one number: two of CloudWatch's metrics cannot be joined everywhere. */
export function stalledQueueSeconds(seen: QueueObservation | undefined, nowMs: number): number {
  const still = seen !== undefined && nowMs - seen.sinceMs >= stalledAfterMs;
  return still ? oldestQueuedSeconds(seen, nowMs) : 0;
}
