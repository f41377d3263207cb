/** How things stand, as gauges: read from gate, breakers and limiter, because functions share no memory. */

import { breakerLevels, type Sample, sample } from "../../contract/calls/metrics.ts";
import type { Dependency } from "../../contract/vocabulary.ts";
import type { Breaker } from "../../models/breaker/breaker.ts";
import type { Limiter } from "../../models/limiter/limiter.ts";
import { type GateLimits, type GateState, queueSize } from "../gate/gate-state.ts";
import { oldestQueuedSeconds, type QueueObservation, stalledQueueSeconds } from "./stall.ts";

export interface GaugePorts {
  readonly breaker: Breaker;
  readonly limiter: Limiter;
}

export interface GaugeLimits extends GateLimits {
  readonly permits: Readonly<Record<Dependency, number>>;
}

export async function gauges(
  gate: GateState,
  seen: QueueObservation | undefined,
  nowMs: number,
  ports: GaugePorts,
  limits: GaugeLimits,
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
