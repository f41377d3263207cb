/** What an attempt's end counts for: once, whoever tells of it and how often. */
import { describe, expect, test } from "vitest";
import { usageReport } from "../../../../lambdas/http/usage/usage.ts";
import { finish } from "../../../../lambdas/scheduling/finish/finish.ts";
import { createWorld, type World } from "../../../support/fakes/world.ts";
import { chunkingOf, jobIdOf, storedOf, submissionOf } from "../../../support/submissions.ts";

const attempt = { jobId: jobIdOf(1), attempt: 1 };
const settings = {
  prices: { promptUsdPerMTok: 1, completionUsdPerMTok: 2, embeddingUsdPerMTok: 0.1 },
};

/** Waits 5 s, is chunked in 1 s, described in 4 s, embedded in 2 s, and but for its storing, 3 s more, is done. */
async function embeddedAndDescribed(world: World): Promise<void> {
  const { jobs, clock } = world;
  const at = () => new Date(clock.now()).toISOString();
  await jobs.create(submissionOf({ jobId: attempt.jobId, submittedAt: at() }));
  await clock.advance(5_000);
  await jobs.start(attempt, { startedAt: at(), deadlineAt: at() });
  await clock.advance(1_000);
  await jobs.recordChunking(attempt, chunkingOf(25, 20));
  for (const batch of [0, 1]) {
    await clock.advance(1_000);
    await jobs.recordBatch(attempt, "embeddings", batch);
  }
  for (const batch of [0, 1]) {
    await clock.advance(1_000);
    await jobs.recordBatch(attempt, "metadata", batch);
  }
  await jobs.recordUsage(attempt, "a", {
    llmCalls: 26,
    promptTokens: 1_000_000,
    throttledRetries: 1,
    metadataCacheMisses: 25,
    metadataCacheHits: -1,
  });
  await jobs.recordUsage(attempt, "b", { embeddingCalls: 2, embeddingTokens: 500_000 });
  await clock.advance(3_000);
}

async function processed(world: World): Promise<void> {
  await embeddedAndDescribed(world);
  await world.jobs.recordStored(attempt, storedOf());
  await world.clock.advance(1_000);
}

describe("the end of an attempt", () => {
  test("counts outcome, durations, calls, tokens and money, and says the money in the result", async () => {
    const world = createWorld();
    await processed(world);
    await finish(attempt, { kind: "ended" }, world, settings);
    expect(await world.tallies.read()).toEqual({
      "JobsEnded|outcome=completed": 1,
      "QueueWait|le=5": 1,
      "QueueWait|sum": 5,
      "StageDuration|stage=chunking|le=1": 1,
      "StageDuration|stage=chunking|sum": 1,
      "StageDuration|stage=embeddings|le=2": 1,
      "StageDuration|stage=embeddings|sum": 2,
      "StageDuration|stage=metadata|le=5": 1,
      "StageDuration|stage=metadata|sum": 4,
      "StageDuration|stage=storage|le=5": 1,
      "StageDuration|stage=storage|sum": 3,
      "JobDuration|le=10": 1,
      "JobDuration|sum": 9,
      ChunksStored: 25,
      "ProviderCalls|dependency=llm": 26,
      "ProviderCalls|dependency=embeddings": 2,
      "ProviderRetries|reason=throttled": 1,
      "Tokens|kind=prompt": 1_000_000,
      "Tokens|kind=embedding": 500_000,
      "CacheMisses|dependency=llm": 25,
      EstimatedCost: 1.05,
    });
    const job = await world.jobs.read(attempt.jobId);
    expect(job?.status === "completed" && job.result.estimatedCostUsd).toBe(1.05);
  });

  test("told ten times, by several at once, it counts once", async () => {
    const world = createWorld();
    await processed(world);
    await Promise.all(
      Array.from({ length: 10 }, () => finish(attempt, { kind: "ended" }, world, settings)),
    );
    const tallies = await world.tallies.read();
    expect(tallies["JobsEnded|outcome=completed"]).toBe(1);
    expect(tallies["ProviderCalls|dependency=llm"]).toBe(26);
    const emitted = world.metrics.emitted.filter(({ name }) => name === "JobsEnded");
    expect(emitted).toHaveLength(1);
  });

  test("a retry counts what it did itself, from its own start on", async () => {
    const world = createWorld();
    const { jobs, clock } = world;
    const at = () => new Date(clock.now()).toISOString();
    await embeddedAndDescribed(world);
    await jobs.finish(attempt, {
      status: "failed",
      failedAt: at(),
      error: { code: "nobody_knows_this", message: "No.", stage: "storage", retryable: true },
    });
    await finish(attempt, { kind: "ended" }, world, settings);
    const first = await world.tallies.read();
    expect(first["JobErrors|code=other"]).toBe(1);
    await jobs.intendRetry(attempt, at());
    await jobs.requeue(attempt);
    await clock.advance(2_000);
    const second = { ...attempt, attempt: 2 };
    await jobs.start(second, { startedAt: at(), deadlineAt: at() });
    await jobs.recordUsage(second, "c", { llmCalls: 1, promptTokens: 1_000 });
    await clock.advance(1_000);
    await jobs.recordStored(second, storedOf());
    await finish(second, { kind: "ended" }, world, settings);
    const both = await world.tallies.read();
    const rise = (series: string) => (both[series] ?? 0) - (first[series] ?? 0);
    expect(rise("QueueWait|sum")).toBe(2);
    expect(rise("StageDuration|stage=metadata|sum")).toBe(0);
    expect(rise("StageDuration|stage=storage|sum")).toBe(1);
    expect(rise("ProviderCalls|dependency=llm")).toBe(1);
    expect(rise("EstimatedCost")).toBeCloseTo(0.001, 9);
    const month = at().slice(0, 7);
    expect(await usageReport("acme", month, world)).toMatchObject({
      jobs: { completed: 1, failed: 1, cancelled: 0 },
      llm_calls: 27,
      estimated_cost_usd: 1.051,
    });
  });

  test("a job cancelled before it started has no durations, and is no failure", async () => {
    const world = createWorld();
    await world.jobs.create(submissionOf({ jobId: attempt.jobId }));
    await finish(attempt, { kind: "cancelled" }, world, settings);
    expect(await world.tallies.read()).toEqual({ "JobsEnded|outcome=cancelled": 1 });
    expect(world.metrics.emitted.map(({ name }) => name)).toEqual(["JobsEnded"]);
  });

  test("an end that cannot be counted is announced all the same", async () => {
    const world = createWorld();
    await processed(world);
    const markAnnounced = world.jobs.markAnnounced.bind(world.jobs);
    world.jobs.markAnnounced = (ended, account) =>
      account === undefined
        ? markAnnounced(ended)
        : Promise.reject(new Error("Others are in the way."));
    expect(await finish(attempt, { kind: "ended" }, world, settings)).toBe("completed");
    expect((await world.jobs.read(attempt.jobId))?.announced).toBe(true);
    expect(await world.tallies.read()).toEqual({});
  });
});
