import { beforeEach, describe, expect, test } from "vitest";
import {
  jobListQuerySchema,
  jobQuerySchema,
  jobSchema,
} from "../../../lambdas/contract/calls/jobs.ts";
import { jobStatus, listJobs } from "../../../lambdas/http/status/status.ts";
import type { Attempt } from "../../../lambdas/records/jobs/attempt.ts";
import { createPipeline, type Pipeline } from "../../support/pipeline.ts";

const settings = { cooldownMs: 30_000, maxQueued: 100, maxActive: 10 };

const list = (pipeline: Pipeline, query: Record<string, string> = {}, tenant = "acme") =>
  listJobs(tenant, jobListQuerySchema.parse(query), pipeline.world, settings);

describe("the status of a job", () => {
  let pipeline: Pipeline;
  let attempt: Attempt;
  let startedMs: number;

  beforeEach(async () => {
    pipeline = createPipeline();
    await pipeline.submit();
    attempt = { jobId: (await pipeline.submit()).job_id, attempt: 1 };
    startedMs = pipeline.world.clock.now();
  });

  const ask = (query: Record<string, string> = {}, tenant = "acme") =>
    jobStatus(tenant, attempt.jobId, jobQuerySchema.parse(query), pipeline.world, settings);
  const tookMs = () => pipeline.world.clock.now() - startedMs;
  const start = () =>
    pipeline.world.jobs.start(attempt, {
      startedAt: "2026-01-01T00:00:03.000Z",
      deadlineAt: "2026-01-01T08:00:00.000Z",
    });

  test("is answered at once, with the place in the queue", async () => {
    const answer = await ask();
    expect(jobSchema.parse(answer)).toEqual(answer);
    expect(answer).toMatchObject({ status: "queued", queue_position: 2, version: 1, attempt: 1 });
  });

  test("is not found for another tenant, nor for an unknown id", async () => {
    await expect(ask({}, "globex")).rejects.toMatchObject({ code: "not_found" });
    await expect(
      jobStatus("acme", "01JH", jobQuerySchema.parse({}), pipeline.world, settings),
    ).rejects.toMatchObject({ code: "not_found" });
  });

  test("is answered at once if there is nothing to wait for", async () => {
    expect((await ask({ wait_seconds: "20" })).version).toBe(1);
    expect((await ask({ wait_seconds: "20", after_version: "0" })).version).toBe(1);
    expect((await ask({ after_version: "1" })).version).toBe(1);
    await pipeline.world.jobs.finish(attempt, {
      status: "cancelled",
      cancelledAt: "2026-01-01T00:00:00.000Z",
    });
    expect(await ask({ wait_seconds: "20", after_version: "99" })).toMatchObject({
      terminal: true,
    });
    expect(tookMs()).toBe(0);
  });

  test("is answered as soon as the job changes", async () => {
    const { clock } = pipeline.world;
    const polled = ask({ wait_seconds: "20", after_version: "1" });
    await clock.advance(3_000);
    await start();
    expect(await clock.during(polled)).toMatchObject({ status: "processing", version: 2 });
    expect(tookMs()).toBeLessThanOrEqual(3_500);
  });

  test("is answered when the wait is over if the job did not change", async () => {
    const answer = await pipeline.world.clock.during(
      ask({ wait_seconds: "20", after_version: "1" }),
    );
    expect(answer.version).toBe(1);
    expect(tookMs()).toBeGreaterThan(19_000);
    expect(tookMs()).toBeLessThanOrEqual(20_000);
  });

  test("is not found if the job disappears during the wait", async () => {
    const { world } = pipeline;
    const looks = [await world.jobs.read(attempt.jobId), undefined];
    const jobs = Object.create(world.jobs) as typeof world.jobs;
    jobs.read = async () => looks.shift();
    const query = jobQuerySchema.parse({ wait_seconds: "20", after_version: "1" });
    const polled = jobStatus("acme", attempt.jobId, query, { ...world, jobs }, settings);
    await expect(world.clock.during(polled)).rejects.toMatchObject({ code: "not_found" });
  });

  test("reports a provider that does not respond, and until when its calls are held back", async () => {
    const { world } = pipeline;
    await start();
    await world.jobs.recordChunking(attempt, {
      chunkCount: 8,
      batchSize: 4,
      embeddingModel: "test",
    });
    const held = async () => {
      const { metadata, embeddings, storage } = (await ask()).stages;
      return [metadata.held_until, embeddings.held_until, storage.held_until];
    };
    expect(await held()).toEqual([undefined, undefined, undefined]);
    const { epoch } = await world.breaker.enter("llm", { call: "text", party: "job" });
    const openedMs = world.clock.now();
    const reason = { code: "provider_unavailable", message: "api.example answered 500." };
    for (let i = 0; i < 10; i++) {
      await world.breaker.record("llm", epoch, "failure", `text-${i}`, reason);
    }
    const untilMs = openedMs + settings.cooldownMs;
    const since = new Date(openedMs).toISOString();
    expect((await ask()).stages.metadata.last_failure).toEqual({ ...reason, since, count: 10 });
    expect(await held()).toEqual([new Date(untilMs).toISOString(), undefined, undefined]);
    expect((await list(pipeline)).jobs[0]?.stages).toEqual((await ask()).stages);
    await world.clock.advance(60_000);
    const probe = await world.breaker.enter("llm", { call: "text", party: "prober" });
    expect(await held()).toEqual([new Date(untilMs).toISOString(), undefined, undefined]);
    await world.breaker.record("llm", probe.epoch, "success", "text");
    expect(await held()).toEqual([undefined, undefined, undefined]);
  });

  test("shows how a provider fails whose breaker is closed, once it has failed for ten seconds", async () => {
    const { world } = pipeline;
    await start();
    await world.jobs.recordChunking(attempt, {
      chunkCount: 1,
      batchSize: 1,
      embeddingModel: "test",
    });
    const { epoch } = await world.breaker.enter("llm", { call: "text", party: "job" });
    const reason = { code: "provider_unavailable", message: "api.example answered 500." };
    const since = new Date(world.clock.now()).toISOString();
    await world.breaker.record("llm", epoch, "failure", "text", reason);
    expect((await ask()).stages.metadata).not.toHaveProperty("last_failure");
    await world.clock.advance(10_000);
    const { metadata, embeddings } = (await ask()).stages;
    expect(metadata.last_failure).toEqual({ ...reason, since, count: 1 });
    expect(metadata).not.toHaveProperty("held_until");
    expect(embeddings).not.toHaveProperty("last_failure");
  });

  test.each([
    { wait_seconds: "21" },
    { wait_seconds: "-1" },
    { wait_seconds: "x" },
    { after_version: "-1" },
    { wait: "1" },
  ])("is not asked by %j", (query) => {
    expect(jobQuerySchema.safeParse(query).success).toBe(false);
  });
});

describe("the list of jobs", () => {
  test("is newest first, in pages, with places in the queue", async () => {
    const pipeline = createPipeline();
    const ids = await pipeline.submitMany(5);
    const first = await list(pipeline, { limit: "2" });
    expect(first.jobs.map(({ job_id, queue_position }) => [job_id, queue_position])).toEqual([
      [ids[4], 5],
      [ids[3], 4],
    ]);
    const rest = await list(pipeline, { limit: "50", cursor: first.next_cursor ?? "" });
    expect(rest.jobs.map(({ job_id }) => job_id)).toEqual([ids[2], ids[1], ids[0]]);
    expect(rest).not.toHaveProperty("next_cursor");
  });

  test("asks for a status or a document", async () => {
    const pipeline = createPipeline({ maxActive: 1 });
    const ids = await pipeline.submitMany(2);
    await pipeline.dispatch();
    const processing = await list(pipeline, { status: "processing" });
    expect(processing.jobs.map(({ job_id }) => job_id)).toEqual([ids[0]]);
    const documentId = `doc-${ids[1]!.toLowerCase()}`;
    const ofDocument = await list(pipeline, { document_id: documentId });
    expect(ofDocument.jobs.map(({ document_id }) => document_id)).toEqual([documentId]);
    expect(await list(pipeline, {}, "globex")).toEqual({ jobs: [] });
  });

  test("refuses a cursor of another listing and names the field", async () => {
    const pipeline = createPipeline();
    await pipeline.submitMany(2);
    const { next_cursor: cursor = "" } = await list(pipeline, { limit: "1" });
    const issues = [
      {
        path: "cursor",
        message: "must be a cursor from this listing; leave it out to start again",
      },
    ];
    await expect(list(pipeline, { cursor }, "globex")).rejects.toMatchObject({
      code: "invalid_request",
      details: { issues },
    });
  });

  test.each([{ status: "running" }, { limit: "0" }, { limit: "101" }, { page: "2" }])(
    "is not asked by %j",
    (query) => {
      expect(jobListQuerySchema.safeParse(query).success).toBe(false);
    },
  );
});
