/** Admission: who waits and who runs, as two sets of attempt ids. Never counters. */
import type { AttemptId } from "../../records/jobs/attempt.ts";

/** An operator has closed the gate to new work; what is in it goes on. */
export interface IntakePause {
  /** ISO 8601, UTC. */
  readonly since: string;
  /** What clients are told. */
  readonly reason?: string;
}

export interface GateState {
  /** Queued and running. */
  readonly admitted: ReadonlySet<AttemptId>;
  /** Running; a subset of `admitted`. */
  readonly active: ReadonlySet<AttemptId>;
  /** Missing while intake is open. */
  readonly paused?: IntakePause;
}

export interface GateLimits {
  readonly maxQueued: number;
  readonly maxActive: number;
}

/** Those that wait, oldest first: ids begin with a ULID, which sorts by time. */
export function waiting(gate: GateState): AttemptId[] {
  return [...gate.admitted].filter((id) => !gate.active.has(id)).sort();
}

export function queueSize(gate: GateState): number {
  return waiting(gate).length;
}

/** Rank among the waiting, from 1; `undefined` for one that does not wait. */
export function queuePosition(gate: GateState, id: AttemptId): number | undefined {
  const rank = waiting(gate).indexOf(id);
  return rank === -1 ? undefined : rank + 1;
}

export function isFull(gate: GateState, limits: GateLimits): boolean {
  return gate.admitted.size >= limits.maxQueued + limits.maxActive;
}
