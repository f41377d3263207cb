/** The model gateway with this deployment's limits, and what it consists of. */

import { count } from "../accounting/metrics.ts";
import { metrics, tallies } from "../accounting/wiring.ts";
import { breakerLevels, sample } from "../contract/calls/metrics.ts";
import type { Dependency } from "../contract/vocabulary.ts";
import { dynamoDb, lambda } from "../platform/clients.ts";
import { deployment } from "../platform/deployment.ts";
import { log } from "../platform/log.ts";
import { systemChance, systemClock } from "../platform/system-clock.ts";
import type { Breaker } from "./breaker/breaker.ts";
import { DynamoBreaker } from "./breaker/dynamodb-breaker.ts";
import { createModelGateway } from "./gateway/gateway.ts";
import type { ModelGateway } from "./gateway/model-gateway.ts";
import { DynamoLimiter } from "./limiter/dynamodb-limiter.ts";
import { callTimeoutMs } from "./limits.ts";
import { LambdaProbe } from "./query/lambda-probe.ts";
import { LambdaQueryEmbedder } from "./query/lambda-query-embedder.ts";

const { resource, settings } = deployment;
const table = () => resource("TABLE_NAME");
export const limiter = () => new DynamoLimiter(dynamoDb(), table(), systemClock);
export const queryEmbedder = () => new LambdaQueryEmbedder(lambda(), resource("EMBED_FUNCTION"));

export const probes = () => ({
  llm: new LambdaProbe(lambda(), resource("METADATA_FUNCTION")),
  embeddings: new LambdaProbe(lambda(), resource("EMBED_FUNCTION")),
});

export const permitCaps: Readonly<Record<Dependency, number>> = {
  llm: settings.LLM_MAX_PARALLEL,
  embeddings: settings.EMBEDDINGS_MAX_PARALLEL,
};

export const breakerCooldownMs = settings.BREAKER_COOLDOWN_SECONDS * 1_000;

const timeoutMs = callTimeoutMs(settings);

export function breakerOf(dependency: Dependency): Breaker {
  return new DynamoBreaker(
    dynamoDb(),
    table(),
    {
      threshold: settings.BREAKER_THRESHOLD,
      cooldownMs: breakerCooldownMs,
      probeLeaseMs: timeoutMs[dependency],
    },
    { clock: systemClock, chance: systemChance },
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

const provider: Readonly<Record<Dependency, string>> = {
  llm: settings.METADATA_PROVIDER,
  embeddings: settings.EMBEDDINGS_PROVIDER,
};

/** @param dependency the one that the function calls */
export function modelGateway(dependency: Dependency): ModelGateway {
  return createModelGateway(
    {
      limiter: limiter(),
      breaker: breakerOf(dependency),
      clock: systemClock,
      chance: systemChance,
      timeout: (ms) => AbortSignal.timeout(ms),
    },
    {
      limits: { cap: permitCaps, perJob: { llm: settings.METADATA_PER_JOB } },
      callTimeoutMs: timeoutMs,
      timeoutsCount: provider[dependency] !== "local",
    },
  );
}
