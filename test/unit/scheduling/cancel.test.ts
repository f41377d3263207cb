import { beforeEach, describe, expect, test } from "vitest";
import type { Attempt } from "../../../lambdas/records/jobs/attempt.ts";
import { cancel } from "../../../lambdas/scheduling/cancel.ts";
import { finish } from "../../../lambdas/scheduling/finish/finish.ts";
import { endingAgeMs } from "../../../lambdas/scheduling/limits.ts";
import { createPipeline, type Pipeline } from "../../support/pipeline.ts";
import { storedOf } from "../../support/submissions.ts";

describe("cancel", () => {
  let pipeline: Pipeline;
  let attempt: Attempt;

  beforeEach(async () => {
    pipeline = createPipeline();
    attempt = { jobId: (await pipeline.submit()).job_id, attempt: 1 };
  });

  const run = (ports = pipeline.world) => cancel("acme", attempt.jobId, ports);
  const job = () => pipeline.world.jobs.read(attempt.jobId);

  test.each([false, true])(
    "ends a job at once and frees its slot; started: %s",
    async (started) => {
      if (started) await pipeline.dispatch();
      expect(await run()).toMatchObject({ cancelRequestedAt: "2026-01-01T00:00:00.000Z" });
      expect(await job()).toMatchObject({ status: "cancelled", announced: true });
      expect(await pipeline.held()).toEqual({ admitted: [], active: [] });
      expect(pipeline.world.workflow.running()).toEqual([]);
      expect(pipeline.world.events.emitted.map(({ event }) => event.type)).toEqual([
        "job.cancelled",
      ]);
    },
  );

  test("repeated answers the cancelled job, and does nothing more", async () => {
    await run();
    const before = await job();
    expect(await run()).toEqual(before);
    expect(pipeline.world.events.emitted).toHaveLength(1);
  });

  test("of a job that publishes, or whose result stands, is refused", async () => {
    await pipeline.dispatch();
    await pipeline.world.jobs.beginPublishing(attempt);
    await expect(run()).rejects.toMatchObject({ code: "already_publishing" });
    await pipeline.world.jobs.recordStored(attempt, storedOf());
    await expect(run()).rejects.toMatchObject({ code: "already_publishing" });
    expect(await finish(attempt, { kind: "ended" }, pipeline.world)).toBe("completed");
    await expect(run()).rejects.toMatchObject({ code: "already_terminal" });
  });

  test("of a job that needs no publishing is refused once its result stands", async () => {
    await pipeline.dispatch();
    await pipeline.world.jobs.recordStored(attempt, storedOf({ unchanged: true }));
    await expect(run()).rejects.toMatchObject({ code: "already_publishing" });
    expect(await finish(attempt, { kind: "ended" }, pipeline.world)).toBe("completed");
  });

  test("of another tenant's job, or of none, is not found", async () => {
    const missing = { code: "not_found" };
    await expect(cancel("globex", attempt.jobId, pipeline.world)).rejects.toMatchObject(missing);
    await expect(cancel("acme", "01JH", pipeline.world)).rejects.toMatchObject(missing);
    expect(await job()).toMatchObject({ status: "queued" });
  });

  test("stands although what hastens it is down; the sweep does the rest", async () => {
    await pipeline.dispatch();
    const down = () => Promise.reject(new Error("down"));
    const ports = { ...pipeline.world, finisher: { finish: down }, workflow: { stop: down } };
    expect(await run(ports as never)).toMatchObject({ status: "processing" });
    pipeline.world.clock.skip(endingAgeMs);
    await pipeline.sweep();
    expect(await job()).toMatchObject({ status: "cancelled" });
  });

  test("at the same moment as the end leaves one of the two", async () => {
    for (let round = 0; round < 20; round++) {
      const { world } = pipeline;
      attempt = { jobId: (await pipeline.submit()).job_id, attempt: 1 };
      await pipeline.dispatch();
      const stored = async () => {
        await world.jobs.beginPublishing(attempt);
        await world.jobs.recordStored(attempt, storedOf());
      };
      const ends = stored().then(
        () => finish(attempt, { kind: "ended" }, world),
        () => "fenced",
      );
      const cancels = async () =>
        run().then(
          () => "cancelled",
          (error: { code: string }) => error.code,
        );
      // Every other time the cancel comes a few steps later.
      const later = Promise.resolve().then(() => undefined);
      const cancelled = round % 2 === 0 ? cancels() : later.then(cancels);
      const ended = await ends;
      const refused = (await cancelled) !== "cancelled";
      expect((await job())?.status).toBe(refused ? "completed" : "cancelled");
      expect(ended).toBe(refused ? "completed" : "fenced");
    }
  });
});
