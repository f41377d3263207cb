import type { AttemptId } from "../../../lambdas/records/jobs/attempt.ts";
import type { GateLimits, GateState } from "../../../lambdas/scheduling/gate/gate-state.ts";
import { MemoryGate } from "../../support/fakes/scheduling/gate.ts";

const unlimited = { maxQueued: Number.MAX_SAFE_INTEGER, maxActive: Number.MAX_SAFE_INTEGER };

/** Counts up and down instead of keeping who is in: what comes twice counts twice. */
export class CountingGate extends MemoryGate {
  #admitted = 0;
  #active = 0;

  /** Who is in is still known; how many is what was counted. */
  override async read(): Promise<GateState> {
    const { admitted, active, ...rest } = await super.read();
    return {
      ...rest,
      admitted: new Counted(admitted, this.#admitted),
      active: new Counted(active, this.#active),
    };
  }

  override async admit(id: AttemptId, tenant: string, { maxQueued, maxActive }: GateLimits) {
    if (this.#admitted >= maxQueued + maxActive) return "full" as const;
    this.#admitted += 1;
    return super.admit(id, tenant, unlimited);
  }

  override async promote(id: AttemptId, tenant: string, { maxActive }: GateLimits) {
    if (this.#active >= maxActive) return "refused" as const;
    this.#active += 1;
    return super.promote(id, tenant, unlimited);
  }

  override async release(id: AttemptId) {
    this.#admitted = Math.max(0, this.#admitted - 1);
    this.#active = Math.max(0, this.#active - 1);
    return super.release(id);
  }
}

class Counted extends Set<AttemptId> {
  readonly #size: number;

  constructor(ids: ReadonlySet<AttemptId>, size: number) {
    super(ids);
    this.#size = size;
  }

  override get size(): number {
    return this.#size ?? 0;
  }
}
