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
   * Admits if already admitted, or if intake is open and fewer than `maxQueued + maxActive` are.
   * Which of the two it was that refused, the next read tells.
   */
  admit(id: AttemptId, limits: GateLimits): Promise<"admitted" | "full">;
  /** Makes an admitted id active if it already is, or if fewer than `maxActive` are. */
  promote(id: AttemptId, limits: GateLimits): Promise<"promoted" | "refused">;
  /** Takes the id out of both sets. */
  release(id: AttemptId): Promise<void>;
  /** From its end on nothing new is admitted. Paused again, it keeps its time and takes the new reason. */
  pause(pause: IntakePause): Promise<void>;
  resume(): Promise<void>;
}
