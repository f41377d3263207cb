import { beforeEach, describe, expect, test } from "vitest";
import { retryableDays } from "../../../lambdas/contract/retention.ts";
import { retry } from "../../../lambdas/intake/retry.ts";
import type { Attempt } from "../../../lambdas/records/jobs/attempt.ts";
import { finish } from "../../../lambdas/scheduling/finish/finish.ts";
import type { Ending } from "../../../lambdas/scheduling/orchestration.ts";
import { createPipeline, type Pipeline } from "../../support/pipeline.ts";
import { chunkingOf, storedOf } from "../../support/submissions.ts";

const failure: Ending = { kind: "failed", failure: { error: "CircuitOpenError", cause: "" } };

describe("retry", () => {
  let pipeline: Pipeline;
  let first: Attempt;

  beforeEach(async () => {
    pipeline = createPipeline({ maxQueued: 2, maxActive: 1 });
    first = { jobId: (await pipeline.submit()).job_id, attempt: 1 };
    await pipeline.dispatch();
  });

  const run = (tenant = "acme", jobId = first.jobId) =>
    retry(tenant, jobId, pipeline.world, pipeline.settings);
  const code = (tenant?: string, jobId?: string) =>
    run(tenant, jobId).then(
      () => "accepted",
      (error: { code?: string }) => error.code,
    );
  const end = (ending: Ending) => finish(first, ending, pipeline.world);

  test.each<Ending>([failure, { kind: "cancelled" }])(
    "queues a job that %j again, as the next attempt, and keeps what is done",
    async (ending) => {
      const { jobs } = pipeline.world;
      await jobs.recordChunking(first, chunkingOf(25));
      await jobs.recordBatch(first, "metadata", 1);
      await end(ending);
      pipeline.world.queue.drain();
      expect(await run()).toMatchObject({
        job_id: first.jobId,
        document_version: 1,
        status: "queued",
        queue_position: 1,
      });
      expect(await jobs.read(first.jobId)).toMatchObject({
        status: "queued",
        attempt: 2,
        chunking: chunkingOf(25),
        metadataDone: new Set([1]),
      });
      expect(pipeline.world.queue.messages).toEqual([`${first.jobId}-2`]);
      expect(await pipeline.dispatch()).toEqual([`${first.jobId}-2`]);
      expect([...pipeline.world.workflow.executions.keys()]).toEqual([
        `${first.jobId}-1`,
        `${first.jobId}-2`,
      ]);
    },
  );

  test("is refused while the job waits, runs or is completed", async () => {
    expect(await code()).toBe("not_retryable");
    const { job_id: waits } = await pipeline.submit();
    expect(await code("acme", waits)).toBe("not_retryable");
    await pipeline.world.jobs.recordStored(first, storedOf());
    await end({ kind: "ended" });
    expect(await code()).toBe("not_retryable");
  });

  test("is refused where the text would be gone before it ran, though each end keeps the job 30 days more", async () => {
    const { clock } = pipeline.world;
    const dayMs = 86_400_000;
    await end(failure);
    await clock.advance(29 * dayMs);
    expect(await code()).toBe("accepted");
    await pipeline.dispatch();
    await finish({ ...first, attempt: 2 }, failure, pipeline.world);
    const before = [await pipeline.world.jobs.read(first.jobId), await pipeline.held()];
    await clock.advance((retryableDays - 29) * dayMs);
    await expect(run()).rejects.toMatchObject({
      code: "not_retryable",
      message: expect.stringContaining("Ingest the document again") as string,
    });
    expect([await pipeline.world.jobs.read(first.jobId), await pipeline.held()]).toEqual(before);
  });

  test("of another tenant's job, or of none, is not found", async () => {
    await end(failure);
    expect(await code("globex")).toBe("not_found");
    expect(await code("acme", "01JH")).toBe("not_found");
  });

  test("of a full queue is refused, and takes no slot and no attempt", async () => {
    await end(failure);
    await pipeline.submitMany(3);
    const before = [await pipeline.world.jobs.read(first.jobId), await pipeline.held()];
    await expect(run()).rejects.toMatchObject({ code: "queue_full", retryAfterSeconds: 10 });
    expect([await pipeline.world.jobs.read(first.jobId), await pipeline.held()]).toEqual(before);
  });

  test("that loses the last place to a submission can be repeated", async () => {
    await end(failure);
    await pipeline.submitMany(2);
    const { gate } = pipeline.world;
    const racing = Object.create(gate) as typeof gate;
    racing.read = () => gate.read();
    racing.admit = async () => {
      await pipeline.submit();
      return "full";
    };
    racing.release = (id) => gate.release(id);
    const refused = retry(
      "acme",
      first.jobId,
      { ...pipeline.world, gate: racing },
      pipeline.settings,
    );
    await expect(refused).rejects.toMatchObject({ code: "queue_full" });
    expect(await pipeline.world.jobs.read(first.jobId)).toMatchObject({
      status: "failed",
      attempt: 1,
    });
    await pipeline.world.gate.release((await pipeline.held()).admitted[0]!);
    expect(await code()).toBe("accepted");
  });

  test("asked for ten times at once is one attempt and one slot", async () => {
    await end(failure);
    const codes = await Promise.all([...Array(10).keys()].map(() => code()));
    expect(new Set(codes)).toEqual(new Set(["accepted"]));
    expect(await pipeline.world.jobs.read(first.jobId)).toMatchObject({ attempt: 2 });
    expect((await pipeline.held()).admitted).toEqual([`${first.jobId}-2`]);
  });

  test("waits until the end is announced", async () => {
    const failed = {
      status: "failed",
      failedAt: "2026-01-01T00:00:00.000Z",
      error: { code: "x", message: "x", stage: "metadata", retryable: true },
    } as const;
    await pipeline.world.jobs.finish(first, failed);
    await expect(run()).rejects.toMatchObject({ code: "unavailable", retryAfterSeconds: 1 });
    await end(failure);
    expect(await code()).toBe("accepted");
  });

  test("without a wake-up is accepted all the same", async () => {
    await end(failure);
    const queue = { wake: () => Promise.reject(new Error("SQS is down")) };
    const answer = await retry(
      "acme",
      first.jobId,
      { ...pipeline.world, queue },
      pipeline.settings,
    );
    expect(answer.status).toBe("queued");
  });
});
