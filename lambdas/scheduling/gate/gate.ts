import type { AttemptId } from "../../records/jobs/attempt.ts";
import type { GateLimits, GateState, IntakePause } from "./gate-state.ts";

/**
 * The admission gate. Every operation is atomic, conditional and idempotent:
 * repeated by a retry or a duplicate message it changes nothing further.
 */
export interface Gate {
  /** Strongly consistent. */
  read(): Promise<GateState>;
  /**
   * Admits if already admitted, or if intake is open, fewer than `maxQueued + maxActive` are admitted,
   * and the tenant is below its own bound. The next read shows which of these refused.
   */
  admit(id: AttemptId, tenant: string, limits: GateLimits): Promise<"admitted" | "full">;
  /**
   * Admits an accepted job whose slot was lost: while intake is paused too, and beyond the queue's
   * bound, because the job was counted when it was accepted.
   */
  readmit(id: AttemptId, tenant: string): Promise<void>;
  /**
   * Makes an admitted id active if it already is, or if fewer than `maxActive` are and its tenant is
   * below its own bound.
   */
  promote(id: AttemptId, tenant: string, limits: GateLimits): Promise<"promoted" | "refused">;
  /** Takes the id out. */
  release(id: AttemptId, details?: ReleaseDetails): Promise<void>;
  /** From its end on nothing new is admitted. Paused again, it keeps its time and takes the new reason. */
  pause(pause: IntakePause): Promise<void>;
  resume(): Promise<void>;
}

export interface ReleaseDetails {
  /** @default looked up at the gate, by one more read */
  readonly tenant?: string;
  /** How long a completed job ran, in milliseconds; one of the measures behind `meanRunMs`. */
  readonly ranMs?: number;
}

/** `meanRunMs` is the mean over so many of the latest completed jobs, about. */
export const keptRunTimes = 16;

/** Where a job's run time is kept: the end of a ULID is random, so that recent jobs overwrite older ones. */
export function runTimePlace(id: AttemptId): number {
  return Buffer.from(id.slice(-8)).reduce((sum, letter) => sum * 31 + letter, 7) % keptRunTimes;
}
