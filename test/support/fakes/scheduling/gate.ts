import type { AttemptId } from "../../../../lambdas/records/jobs/attempt.ts";
import type { Gate } from "../../../../lambdas/scheduling/gate/gate.ts";
import type {
  GateLimits,
  GateState,
  IntakePause,
} from "../../../../lambdas/scheduling/gate/gate-state.ts";

export class MemoryGate implements Gate {
  readonly #admitted = new Set<AttemptId>();
  readonly #active = new Set<AttemptId>();
  #paused: IntakePause | undefined;

  async read(): Promise<GateState> {
    return {
      admitted: new Set(this.#admitted),
      active: new Set(this.#active),
      ...(this.#paused === undefined ? {} : { paused: this.#paused }),
    };
  }

  async admit(id: AttemptId, limits: GateLimits): Promise<"admitted" | "full"> {
    const free =
      this.#paused === undefined && this.#admitted.size < limits.maxQueued + limits.maxActive;
    if (!this.#admitted.has(id) && !free) return "full";
    this.#admitted.add(id);
    return "admitted";
  }

  async promote(id: AttemptId, limits: GateLimits): Promise<"promoted" | "refused"> {
    const free = this.#active.size < limits.maxActive;
    if (!this.#admitted.has(id) || (!this.#active.has(id) && !free)) return "refused";
    this.#active.add(id);
    return "promoted";
  }

  async release(id: AttemptId): Promise<void> {
    this.#admitted.delete(id);
    this.#active.delete(id);
  }

  async pause({ since, reason }: IntakePause): Promise<void> {
    this.#paused = {
      since: this.#paused?.since ?? since,
      ...(reason === undefined ? {} : { reason }),
    };
  }

  async resume(): Promise<void> {
    this.#paused = undefined;
  }
}
