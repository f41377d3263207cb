import type { AttemptId } from "../../../../lambdas/records/jobs/attempt.ts";
import {
  type Gate,
  type ReleaseDetails,
  runTimePlace,
} from "../../../../lambdas/scheduling/gate/gate.ts";
import {
  type GateLimits,
  type GateState,
  type IntakePause,
  tenantCapacity,
} from "../../../../lambdas/scheduling/gate/gate-state.ts";

export class MemoryGate implements Gate {
  readonly #admitted = new Set<AttemptId>();
  readonly #active = new Set<AttemptId>();
  readonly #tenants = new Map<AttemptId, string>();
  readonly #ranMs = new Map<number, number>();
  #paused: IntakePause | undefined;

  async read(): Promise<GateState> {
    const ranMs = [...this.#ranMs.values()];
    const meanRunMs = Math.round(ranMs.reduce((sum, ms) => sum + ms, 0) / ranMs.length);
    return {
      admitted: new Set(this.#admitted),
      active: new Set(this.#active),
      tenants: new Map(this.#tenants),
      ...(ranMs.length === 0 ? {} : { meanRunMs }),
      ...(this.#paused === undefined ? {} : { paused: this.#paused }),
    };
  }

  async admit(id: AttemptId, tenant: string, limits: GateLimits): Promise<"admitted" | "full"> {
    const own = this.#of(tenant).length;
    const free =
      this.#paused === undefined &&
      this.#admitted.size < limits.maxQueued + limits.maxActive &&
      own < (tenantCapacity(limits) ?? Number.POSITIVE_INFINITY);
    if (!this.#admitted.has(id) && !free) return "full";
    await this.readmit(id, tenant);
    return "admitted";
  }

  async readmit(id: AttemptId, tenant: string): Promise<void> {
    this.#admitted.add(id);
    this.#tenants.set(id, tenant);
  }

  async promote(
    id: AttemptId,
    tenant: string,
    limits: GateLimits,
  ): Promise<"promoted" | "refused"> {
    const own = this.#of(tenant).filter((one) => this.#active.has(one)).length;
    const free =
      this.#active.size < limits.maxActive &&
      own < (limits.tenantMaxActive ?? Number.POSITIVE_INFINITY);
    if (!this.#admitted.has(id) || (!this.#active.has(id) && !free)) return "refused";
    this.#active.add(id);
    this.#tenants.set(id, tenant);
    return "promoted";
  }

  async release(id: AttemptId, { ranMs }: ReleaseDetails = {}): Promise<void> {
    this.#admitted.delete(id);
    this.#active.delete(id);
    this.#tenants.delete(id);
    if (ranMs !== undefined) this.#ranMs.set(runTimePlace(id), ranMs);
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

  #of(tenant: string): AttemptId[] {
    return [...this.#tenants].filter(([, of]) => of === tenant).map(([id]) => id);
  }
}
