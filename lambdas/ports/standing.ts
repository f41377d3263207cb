/** How things stand, as gauges: read from gate, breakers and limiter, because functions share no memory. */
import { type GateLimits, type GateState, queueSize } from "../domain/gate.ts";
import type { Dependency } from "../domain/limiter.ts";
import { breakerLevels, type Sample, sample } from "../domain/metrics.ts";
import {
  oldestQueuedSeconds,
  type QueueObservation,
  stalledQueueSeconds,
} from "../domain/stall.ts";
import type { Breaker } from "./breaker.ts";
import type { Limiter } from "./limiter.ts";

export interface StandingPorts {
  readonly breaker: Breaker;
  readonly limiter: Limiter;
}

export interface StandingLimits extends GateLimits {
  readonly permits: Readonly<Record<Dependency, number>>;
}

export async function standing(
  gate: GateState,
  seen: QueueObservation | undefined,
  nowMs: number,
  ports: StandingPorts,
  limits: StandingLimits,
): Promise<Sample[]> {
  const both = ["llm", "embeddings"] as const;
  const perDependency = await Promise.all(
    both.map(async (dependency) => [
      sample("BreakerState", breakerLevels[(await ports.breaker.read(dependency)).state], {
        dependency,
      }),
      sample("PermitsInUse", await ports.limiter.inUse(dependency), { dependency }),
      sample("PermitsCap", limits.permits[dependency], { dependency }),
    ]),
  );
  return [
    sample("QueueSize", queueSize(gate)),
    sample("QueueCapacity", limits.maxQueued),
    sample("ActiveJobs", gate.active.size),
    sample("ActiveCapacity", limits.maxActive),
    sample("OldestQueuedAge", oldestQueuedSeconds(seen, nowMs)),
    sample("StalledQueueAge", stalledQueueSeconds(seen, nowMs)),
    ...perDependency.flat(),
  ];
}
