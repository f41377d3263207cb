import type { Dependency } from "../../../../lambdas/contract/vocabulary.ts";
import {
  grant,
  livePermits,
  type PermitHolder,
  type PermitLeases,
  type PermitRequest,
  permitsInUse,
} from "../../../../lambdas/models/limiter/grant.ts";
import type { Limiter } from "../../../../lambdas/models/limiter/limiter.ts";
import { permitLeaseMs } from "../../../../lambdas/models/limits.ts";
import type { Clock } from "../../../../lambdas/platform/clock.ts";

export class MemoryLimiter implements Limiter {
  readonly #clock: Clock;
  readonly #leases: Record<Dependency, PermitLeases> = { llm: {}, embeddings: {} };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async acquire(dependency: Dependency, request: PermitRequest): Promise<number> {
    const nowMs = this.#clock.now();
    const permits = grant(this.#leases[dependency], request, nowMs);
    if (permits === 0) return 0;
    this.#leases[dependency] = {
      ...livePermits(this.#leases[dependency], nowMs),
      [request.holder]: { permits, expiresAtMs: nowMs + permitLeaseMs },
    };
    return permits;
  }

  async shrink(dependency: Dependency, holder: PermitHolder, permits: number): Promise<void> {
    const { [holder]: lease, ...others } = this.#leases[dependency];
    if (lease === undefined || lease.permits <= permits) return;
    this.#leases[dependency] =
      permits > 0 ? { ...others, [holder]: { ...lease, permits } } : others;
  }

  async inUse(dependency: Dependency): Promise<number> {
    return permitsInUse(this.#leases[dependency], this.#clock.now());
  }
}
