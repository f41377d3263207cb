import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../infra/config.ts";
import { definitionNumbers } from "../../infra/waits.ts";
import { maxChunks } from "../../lambdas/contract/limits.ts";
import { callTimeoutMs, permitLeaseMs } from "../../lambdas/models/limits.ts";
import { type ChunkOutput, chunk } from "../../lambdas/pipeline/chunk/chunk.ts";
import { InvalidSettingsError, settingsSchema } from "../../lambdas/platform/settings.ts";
import { attemptId } from "../../lambdas/records/jobs/attempt.ts";
import { batchCount, batchSize } from "../../lambdas/records/jobs/batching.ts";
import { objectKeys } from "../../lambdas/records/objects/object-keys.ts";
import { createWorld } from "../support/fakes/world.ts";
import { historyEvents } from "../support/state-machine/history.ts";
import {
  machineFor,
  retrierOf,
  type State,
  stateOf,
} from "../support/state-machine/state-machine.ts";
import { extractionOf, jobIdOf, submissionOf } from "../support/submissions.ts";

/** Of Step Functions; beyond it an execution is ended, for good. */
const hardLimit = 25_000;
/** Ours for a clean run: a half, so that retries have the other. */
const cleanLimit = 12_500;
/** What waiting may add, of whatever kind: see `infra/waits.ts`. */
const waitingBudget = 11_500;
const waitedFor = ["CircuitOpenError", "CapacityUnavailableError", "BatchUnfinishedError"];

const machine = machineFor();
const everyCount = Array.from({ length: maxChunks }, (_, i) => i + 1);
const batchesOf = (chunks: number) => batchCount(chunks, batchSize(chunks));

/** Each retrier used up but those of waiting. */
function ordinaryRetries({ Retry }: State): number {
  return (Retry ?? [])
    .filter(({ ErrorEquals }) => !ErrorEquals.some((error) => waitedFor.includes(error)))
    .reduce((sum, { MaxAttempts }) => sum + MaxAttempts, 0);
}

describe("the history of an execution", () => {
  test("stays under a half of its limit when nothing fails, for every number of chunks", () => {
    const events = everyCount.map((chunks) =>
      historyEvents(machine, { batches: batchesOf(chunks), retries: () => 0 }),
    );
    expect(Math.max(...events)).toBeLessThan(cleanLimit);
    // Two stages of 100 batches, 7 events each, and the way around them.
    expect(events.at(-1)).toBe(1_436);
  });

  test("stays under its limit when every task uses up all its retries and waiting takes its budget", () => {
    const events = everyCount.map((chunks) =>
      historyEvents(machine, { batches: batchesOf(chunks), retries: ordinaryRetries }),
    );
    expect(Math.max(...events) + waitingBudget).toBeLessThan(hardLimit);
    // So that the line above counts the retries.
    expect(events.at(-1)).toBe(13_352);
  });

  test("has its maxima in the README", () => {
    const readme = readFileSync("statemachine/README.md", "utf8");
    const [, clean, worst, waiting] =
      /^\| Events in the history \| 25,000 \| (\S+) \| (\S+), and (\S+) for waiting \|$/mu.exec(
        readme,
      ) ?? [];
    const at = (retries: (state: State) => number) =>
      historyEvents(machine, { batches: batchesOf(maxChunks), retries }).toLocaleString("en-US");
    expect([clean, worst]).toEqual([at(() => 0), at(ordinaryRetries)]);
    expect(waiting).toBe(waitingBudget.toLocaleString("en-US"));
  });

  test("has room for every batch to wait as long as another may keep its permits", () => {
    for (const name of ["Metadata", "Embed"]) {
      const { IntervalSeconds = 0 } =
        retrierOf(stateOf(machine, name), "CapacityUnavailableError") ?? {};
      const waits = Math.ceil(permitLeaseMs(30_000) / 1_000 / IntervalSeconds);
      expect(2 * batchesOf(maxChunks) * waits * 3).toBeLessThanOrEqual(waitingBudget);
    }
  });
});

/** Settings that are accepted, from all over their range. */
const settings = fc
  .record({
    SLUICE_MAX_ACTIVE: fc.integer({ min: 1, max: 100 }),
    SLUICE_METADATA_PER_JOB: fc.integer({ min: 1, max: 100 }),
    SLUICE_LLM_MAX_PARALLEL: fc.integer({ min: 1, max: 500 }),
    SLUICE_EMBEDDINGS_MAX_PARALLEL: fc.integer({ min: 1, max: 500 }),
    SLUICE_PROVIDER_MAX_PARALLEL: fc.constant(1_000),
    SLUICE_BREAKER_COOLDOWN_SECONDS: fc.integer({ min: 1, max: 3_600 }),
    SLUICE_OUTAGE_LIMIT_SECONDS: fc.integer({ min: 1, max: 604_800 }),
    SLUICE_LLM_CALL_TIMEOUT_SECONDS: fc.integer({ min: 5, max: 600 }),
    SLUICE_EMBEDDINGS_CALL_TIMEOUT_SECONDS: fc.integer({ min: 5, max: 600 }),
  })
  .map((all) => Object.fromEntries(Object.entries(all).map(([name, value]) => [name, `${value}`])))
  .filter((environment) => {
    try {
      return readConfig(environment).settings !== undefined;
    } catch (error) {
      if (error instanceof InvalidSettingsError) return false;
      throw error;
    }
  })
  .map((environment) => settingsSchema.parse(readConfig(environment).settings));

describe("for any settings", () => {
  test("an outage is waited out as long as it may last, and no retrier waits longer than the job", () => {
    fc.assert(
      fc.property(settings, (given) => {
        const { CircuitAttempts, CircuitIntervalSeconds, JobTimeoutSeconds } =
          definitionNumbers(given);
        expect(CircuitAttempts * CircuitIntervalSeconds).toBeGreaterThanOrEqual(
          given.OUTAGE_LIMIT_SECONDS,
        );
        expect(JobTimeoutSeconds).toBeGreaterThan(given.OUTAGE_LIMIT_SECONDS);
        expect(CircuitIntervalSeconds).toBeLessThan(JobTimeoutSeconds);
      }),
      { numRuns: 1_000 },
    );
  });

  test("waiting out an outage keeps within its share of the history, in all lanes together", () => {
    fc.assert(
      fc.property(settings, (given) => {
        const numbers = definitionNumbers(given);
        const lanes = numbers.MetadataLanes + numbers.EmbeddingsLanes;
        expect(lanes * numbers.CircuitAttempts * 3).toBeLessThanOrEqual(waitingBudget);
      }),
      { numRuns: 1_000 },
    );
  });

  test("every batch may wait as long as the permits of a dead function last", () => {
    fc.assert(
      fc.property(settings, (given) => {
        const { llm, embeddings } = callTimeoutMs(given);
        const { CapacityIntervalSeconds } = definitionNumbers(given);
        const leaseSeconds = permitLeaseMs(Math.max(llm, embeddings)) / 1_000;
        const waits = Math.ceil(leaseSeconds / CapacityIntervalSeconds);
        expect(2 * batchesOf(maxChunks) * waits * 3).toBeLessThanOrEqual(waitingBudget);
      }),
    );
  });

  test("no try comes before the breaker could let it through, unless an emulator would cut the wait", () => {
    fc.assert(
      fc.property(settings, (given) => {
        expect(definitionNumbers(given).CircuitIntervalSeconds).toBeGreaterThanOrEqual(
          Math.min(given.BREAKER_COOLDOWN_SECONDS, 60),
        );
      }),
    );
  });

  test("the numbers are whole and positive, as the service asks", () => {
    fc.assert(
      fc.property(settings, (given) => {
        const wrong = Object.entries(definitionNumbers(given)).filter(
          ([, number]) => !Number.isInteger(number) || number < 1 || number > 99_999_999,
        );
        expect(wrong).toEqual([]);
      }),
    );
  });
});

/** What the real step answers for so many chunks. */
async function chunkOutput(chunks: number, jobId = jobIdOf(1)): Promise<ChunkOutput> {
  const { jobs, documents, objects, rows, clock } = createWorld();
  await jobs.create(submissionOf({ jobId }));
  await jobs.start(
    { jobId, attempt: 1 },
    { startedAt: "2026-01-01T00:00:00.000Z", deadlineAt: "2026-01-01T08:00:00.000Z" },
  );
  await jobs.recordExtraction({ jobId, attempt: 1 }, extractionOf(), "f");
  await objects.put(objectKeys(jobId).text, "…");
  const split = () =>
    Array.from({ length: chunks }, (_, index) => ({
      index,
      start: index,
      end: index + 1,
      text: "x",
      tokens: 1,
      headings: [],
    }));
  const ports = { jobs, documents, objects, rows, clock };
  return chunk({ jobId, attempt: 1 }, ports, split, { embeddingModel: "test-model" });
}

describe("state", () => {
  test("of the largest document stays under 32 KB, in every state", async () => {
    const work = await chunkOutput(maxChunks);
    const attempt = { jobId: jobIdOf(1), attempt: 1 };
    expect(work.metadataBatches).toHaveLength(100);
    // What Step Functions keeps of an invocation beside the payload is about 1 KB of HTTP headers.
    const sizes = {
      afterChunk: JSON.stringify({ ...attempt, work }).length,
      rawAnswer: JSON.stringify({ Payload: work }).length + 2_048,
      // A map's result lists its items' numbers until its ResultPath drops them.
      mapResult: JSON.stringify({ ...attempt, work, result: work.metadataBatches }).length,
      item: JSON.stringify({ ...attempt, batch: 99 }).length,
    };
    expect(Math.max(...Object.values(sizes))).toBeLessThan(32 * 1_024);
    expect(sizes.afterChunk).toBeLessThan(1_024);
  });

  test("grows with batches, not with chunks: a document of 2,500 chunks has as much", async () => {
    const [small, large] = await Promise.all([chunkOutput(2_500), chunkOutput(maxChunks)]);
    expect(JSON.stringify(small)).toBe(JSON.stringify(large));
  });
});

test("an execution's name fits, for as many attempts as there may be", () => {
  expect(attemptId({ jobId: jobIdOf(1), attempt: 999_999 }).length).toBeLessThanOrEqual(80);
  expect(jobIdOf(1)).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
});
