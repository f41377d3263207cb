import type { GateLimits, GateState } from "../../../lambdas/domain/gate.ts";
import type { AttemptId } from "../../../lambdas/domain/job.ts";
import type { Gate } from "../../../lambdas/ports/gate.ts";

export class MemoryGate implements Gate {
  readonly #admitted = new Set<AttemptId>();
  readonly #active = new Set<AttemptId>();

  async read(): Promise<GateState> {
    return { admitted: new Set(this.#admitted), active: new Set(this.#active) };
  }

  async admit(id: AttemptId, limits: GateLimits): Promise<"admitted" | "full"> {
    const free = this.#admitted.size < limits.maxQueued + limits.maxActive;
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
}
