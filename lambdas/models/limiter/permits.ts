/** A batch's permits: taken once, given back one by one. */

import type { Dependency } from "../../contract/vocabulary.ts";
import type { Chance, Clock } from "../../platform/clock.ts";
import { mapConcurrency } from "../../platform/map-concurrency.ts";
import { CapacityUnavailableError } from "../errors.ts";
import type { PermitHolder } from "./grant.ts";
import type { Limiter } from "./limiter.ts";

export interface GatewayLimits {
  /** Jobs that may run at the same time. */
  readonly maxActive: number;
  /** Calls in flight over all jobs and instances. */
  readonly cap: Readonly<Record<Dependency, number>>;
  /** Calls in flight for one job. @default as many as over all jobs */
  readonly perJob?: Readonly<Partial<Record<Dependency, number>>>;
}

/** A few tries, about a second in all: longer waiting is the state machine's, which pays nothing for it. */
const tries = 4;
const waitMs = { least: 150, most: 550 };

/**
 * @returns Permits granted, at least 1.
 * @throws CapacityUnavailableError when none is free after a short wait.
 */
export async function acquirePermits(
  ports: {
    readonly limiter: Limiter;
    readonly clock: Clock;
    readonly chance: Pick<Chance, "random">;
  },
  limits: GatewayLimits,
  request: {
    readonly dependency: Dependency;
    readonly holder: PermitHolder;
    readonly want: number;
    readonly activeJobs: number;
  },
): Promise<number> {
  const { dependency, holder, want } = request;
  const cap = limits.cap[dependency];
  // A job runs this many batches of a stage at once, so they share its allowance.
  const batches = mapConcurrency(cap, limits.maxActive);
  const perHolder = Math.max(1, Math.floor((limits.perJob?.[dependency] ?? cap) / batches));
  const expectedHolders = Math.max(1, request.activeJobs) * batches;
  for (let attempt = 1; attempt <= tries; attempt++) {
    const granted = await ports.limiter.acquire(dependency, {
      holder,
      want,
      perHolder,
      cap,
      expectedHolders,
    });
    if (granted > 0) return granted;
    // Jittered, because those who wait would otherwise come back together.
    const share = ports.chance.random();
    if (attempt < tries) {
      await ports.clock.sleep(Math.round(waitMs.least + share * (waitMs.most - waitMs.least)));
    }
  }
  throw new CapacityUnavailableError(
    `All ${cap} permits for calls to ${dependency} are in use by other batches; this one waits for its turn.`,
  );
}
