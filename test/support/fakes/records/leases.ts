import type { Clock } from "../../../../lambdas/platform/clock.ts";
import type { Leases } from "../../../../lambdas/records/leases/leases.ts";

export class MemoryLeases implements Leases {
  readonly #clock: Clock;
  readonly #leases = new Map<string, { holder: string; untilMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async acquire(name: string, holder: string, leaseMs: number): Promise<"granted" | "busy"> {
    const lease = this.#leases.get(name);
    const nowMs = this.#clock.now();
    if (lease !== undefined && lease.holder !== holder && lease.untilMs > nowMs) return "busy";
    this.#leases.set(name, { holder, untilMs: nowMs + leaseMs });
    return "granted";
  }

  async release(name: string, holder: string): Promise<void> {
    if (this.#leases.get(name)?.holder === holder) this.#leases.delete(name);
  }
}
