/**
 * The numbers that CDK inserts into the state machine: concurrent batches and waiting times. Plain
 * arithmetic over the settings, so that a test can compare the results with the limits of Step
 * Functions.
 */

import { callTimeoutMs, permitLeaseMs, taskTimeoutSeconds } from "../lambdas/models/limits.ts";
import { chunkTimeoutSeconds, extractTimeoutSeconds } from "../lambdas/pipeline/limits.ts";
import { mapConcurrency } from "../lambdas/platform/map-concurrency.ts";
import type { Settings } from "../lambdas/platform/settings.ts";
import { coordinationTimeoutSeconds, longestJobSeconds } from "../lambdas/scheduling/limits.ts";
import { storeTimeoutSeconds } from "../lambdas/vectors/limits.ts";

/** Scheduled, started, failed. */
export const eventsPerRetry = 3;
/**
 * Events that waiting out an outage may add to an execution's history. The service ends an
 * execution at 25,000 events; the work itself and its ordinary retries need less than half of that.
 */
const waitingEventsBudget = 11_500;
/** Emulators limit every wait to this. */
const longestWaitSeconds = 60;
/** Batches of the largest document, of both stages. */
const maxBatches = 200;

/**
 * Between two tries of a batch that found no permit. Every batch may have to
 * wait until the permits of dead functions expire.
 */
function capacityIntervalSeconds(settings: Settings): number {
  const { llm, embeddings } = callTimeoutMs(settings);
  const leaseSeconds = permitLeaseMs(Math.max(llm, embeddings)) / 1_000;
  const waits = Math.floor(waitingEventsBudget / eventsPerRetry / maxBatches);
  return Math.max(5, Math.ceil(leaseSeconds / waits));
}

/** By the name of their `"${…}"` in `statemachine/ingest.asl.json`. */
export function definitionNumbers(settings: Settings) {
  const metadataLanes = Math.min(
    mapConcurrency(settings.LLM_MAX_PARALLEL, settings.MAX_ACTIVE),
    // Every running batch holds a permit of its job, so more batches than permits are useless.
    settings.METADATA_PER_JOB,
  );
  const embeddingsLanes = mapConcurrency(settings.EMBEDDINGS_MAX_PARALLEL, settings.MAX_ACTIVE);
  const outageSeconds = settings.OUTAGE_LIMIT_SECONDS;
  const retriesPerLane = Math.floor(
    waitingEventsBudget / ((metadataLanes + embeddingsLanes) * eventsPerRetry),
  );
  const coolDownSeconds = Math.min(settings.BREAKER_COOLDOWN_SECONDS, longestWaitSeconds);
  const circuitSeconds = Math.max(coolDownSeconds, Math.ceil(outageSeconds / retriesPerLane));
  return {
    MetadataLanes: metadataLanes,
    EmbeddingsLanes: embeddingsLanes,
    MetadataTaskTimeoutSeconds: taskTimeoutSeconds(settings.LLM_CALL_TIMEOUT_SECONDS),
    EmbedTaskTimeoutSeconds: taskTimeoutSeconds(settings.EMBEDDINGS_CALL_TIMEOUT_SECONDS),
    CapacityIntervalSeconds: capacityIntervalSeconds(settings),
    /** The functions time out first, with a reason. */
    ExtractTaskTimeoutSeconds: extractTimeoutSeconds + 10,
    ChunkTaskTimeoutSeconds: chunkTimeoutSeconds + 10,
    StoreTaskTimeoutSeconds: storeTimeoutSeconds + 10,
    FinishTaskTimeoutSeconds: coordinationTimeoutSeconds + 10,
    JobTimeoutSeconds: longestJobSeconds(settings),
    CircuitIntervalSeconds: circuitSeconds,
    CircuitAttempts: Math.ceil(outageSeconds / circuitSeconds),
  } as const;
}
