import type { HealthAnswer } from "../../contract/calls/health.ts";
import type { Dependency } from "../../contract/vocabulary.ts";
import type { Breaker } from "../../models/breaker/breaker.ts";
import type { BreakerState } from "../../models/breaker/breaker-state.ts";
import type { Limiter } from "../../models/limiter/limiter.ts";
import type { Caller } from "../../records/api-keys/api-keys.ts";
import type { Gate } from "../../scheduling/gate/gate.ts";
import { type GateLimits, queueSize } from "../../scheduling/gate/gate-state.ts";
import { viewIntake } from "../admission-switch/view.ts";
import { viewLastFailure } from "../last-failure.ts";

export interface HealthPorts {
  readonly gate: Gate;
  readonly breaker: Breaker;
  readonly limiter: Limiter;
}

export interface HealthSettings extends GateLimits {
  readonly permits: Readonly<Record<Dependency, number>>;
  readonly metadataPerJob: number;
  /** The version of the deployed code. */
  readonly version: string;
}

/**
 * `degraded` means that a breaker is not closed and jobs wait for its dependency. Only operators
 * see details.
 */
export async function health(
  caller: Caller,
  ports: HealthPorts,
  settings: HealthSettings,
): Promise<HealthAnswer> {
  const [gate, llm, embeddings] = await Promise.all([
    ports.gate.read(),
    ports.breaker.read("llm"),
    ports.breaker.read("embeddings"),
  ]);
  const outage = llm.state !== "closed" || embeddings.state !== "closed";
  const summary: HealthAnswer = {
    status: outage ? "degraded" : "ok",
    queue_size: queueSize(gate),
    active_jobs: gate.active.size,
    ...viewIntake(gate),
    version: settings.version,
  };
  if (caller.role !== "operator") return summary;
  const permits = async (dependency: Dependency) => ({
    in_use: await ports.limiter.inUse(dependency),
    cap: settings.permits[dependency],
  });
  return {
    ...summary,
    limits: {
      max_queued: settings.maxQueued,
      max_active: settings.maxActive,
      metadata_per_job: settings.metadataPerJob,
    },
    breakers: { llm: viewBreaker(llm), embeddings: viewBreaker(embeddings) },
    permits: { llm: await permits("llm"), embeddings: await permits("embeddings") },
  };
}

function viewBreaker(breaker: BreakerState): NonNullable<HealthAnswer["breakers"]>["llm"] {
  const { state, failures } = breaker;
  const last = viewLastFailure(breaker);
  if (breaker.state === "closed") return { state, failures, ...last };
  return { state, failures, opened_at: new Date(breaker.openedAtMs).toISOString(), ...last };
}
