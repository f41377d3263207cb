/** The model gateway with this deployment's limits. */
import { DynamoBreaker } from "../adapters/aws/dynamodb/breaker.ts";
import type { Dependency } from "../domain/limiter.ts";
import { embeddingCallTimeoutMs, llmCallTimeoutMs } from "../domain/limits.ts";
import { breakerLevels, sample } from "../domain/metrics.ts";
import { createModelGateway } from "../model-gateway/gateway.ts";
import type { Breaker } from "../ports/breaker.ts";
import { count } from "../ports/metrics.ts";
import type { ModelGateway } from "../ports/model-gateway.ts";
import { dynamoDb } from "./clients.ts";
import { systemChance, systemClock } from "./clock.ts";
import { deployment } from "./deployment.ts";
import { log } from "./log.ts";
import { gate, limiter, metrics, tallies } from "./ports.ts";

const { settings } = deployment;

export const permitCaps: Readonly<Record<Dependency, number>> = {
  llm: settings.LLM_MAX_PARALLEL,
  embeddings: settings.EMBEDDINGS_MAX_PARALLEL,
};

export const breakerCooldownMs = settings.BREAKER_COOLDOWN_SECONDS * 1_000;
const probeLeaseMs = { llm: llmCallTimeoutMs, embeddings: embeddingCallTimeoutMs } as const;

export function breakerOf(dependency: Dependency): Breaker {
  return new DynamoBreaker(
    dynamoDb(),
    deployment.resource("TABLE_NAME"),
    {
      threshold: settings.BREAKER_THRESHOLD,
      cooldownMs: breakerCooldownMs,
      probeLeaseMs: probeLeaseMs[dependency],
    },
    systemClock,
    (changed, { state, failures }) => {
      log.warn("breaker changed", { dependency: changed, state, failures });
      return count(
        [
          sample("BreakerTransitions", 1, { dependency: changed, to: state }),
          sample("BreakerState", breakerLevels[state], { dependency: changed }),
        ],
        { metrics: metrics(), tallies: tallies() },
      );
    },
  );
}

/** @param dependency the one that the function calls */
export function modelGateway(dependency: Dependency): ModelGateway {
  const admission = gate();
  return createModelGateway(
    {
      limiter: limiter(),
      breaker: breakerOf(dependency),
      clock: systemClock,
      chance: systemChance,
      timeout: (ms) => AbortSignal.timeout(ms),
    },
    {
      limits: {
        maxActive: settings.MAX_ACTIVE,
        cap: permitCaps,
        perJob: { llm: settings.METADATA_PER_JOB },
      },
      activeJobs: async () => (await admission.read()).active.size,
    },
  );
}
