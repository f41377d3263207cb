import { setImmediate } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { retry } from "../../../../lambdas/intake/retry.ts";
import { isoTime } from "../../../../lambdas/platform/clock.ts";
import {
  type Attempt,
  type AttemptId,
  attemptId,
  parseAttemptId,
} from "../../../../lambdas/records/jobs/attempt.ts";
import { cancel } from "../../../../lambdas/scheduling/cancel.ts";
import { finish } from "../../../../lambdas/scheduling/finish/finish.ts";
import { type Repair, sweep } from "../../../../lambdas/scheduling/sweep/sweep.ts";
import { portsOf } from "../../../support/fakes/world.ts";
import { createPipeline, type Pipeline } from "../../../support/pipeline.ts";
import { storedOf } from "../../../support/submissions.ts";

const endingMs = 30_000;
const timeout = { error: "States.Timeout", cause: "" };

describe("sweep", () => {
  let pipeline: Pipeline;
  let first: Attempt;
  let id: AttemptId;

  beforeEach(async () => {
    pipeline = createPipeline({ maxActive: 2 });
    const { job_id: jobId } = await pipeline.submit();
    first = { jobId, attempt: 1 };
    id = attemptId(first);
  });

  const swept = async () => [...(await sweep(pipeline.world, pipeline.settings))];
  const job = () => pipeline.world.jobs.read(first.jobId);
  const age = (ms: number) => pipeline.world.clock.advance(ms);

  test("leaves what waits and what runs as it is, however long it waits", async () => {
    await pipeline.dispatch();
    const { job_id: waits } = await pipeline.submit();
    await age(4 * 3_600_000);
    const before = [await job(), await pipeline.world.jobs.read(waits), await pipeline.held()];
    expect(await swept()).toEqual([
      [id, "none"],
      [`${waits}-1`, "none"],
    ]);
    await age(24 * 3_600_000);
    expect((await swept())[1]).toEqual([`${waits}-1`, "none"]);
    const now = [before[0], await pipeline.world.jobs.read(waits), before[2]];
    expect(now).toEqual(before);
  });

  test("wakes dispatch, so that a lost wake-up is made good", async () => {
    pipeline.world.queue.drain();
    await swept();
    expect(pipeline.world.queue.messages).toEqual(["sweep"]);
  });

  test("releases an id whose job never came, once its submission cannot be under way any more", async () => {
    const orphan: AttemptId = `${pipeline.world.chance.jobId()}-1`;
    await pipeline.world.gate.admit(orphan, "acme", pipeline.settings);
    await age(60_000);
    expect(await swept()).toContainEqual([orphan, "none"]);
    await age(1);
    expect(await swept()).toContainEqual([orphan, "released"]);
    expect((await pipeline.held()).admitted).toEqual([id]);
  });

  test("leaves an id whose job comes while the look for it is under way, however long that takes", async () => {
    const { world } = pipeline;
    const young: AttemptId = `${world.chance.jobId()}-1`;
    await world.gate.admit(young, "acme", pipeline.settings);
    const ports = portsOf(world, async ({ port, method, phase }) => {
      if (`${port}.${method}` === "jobs.read" && phase === "after") await age(120_000);
    });
    expect([...(await sweep(ports, pipeline.settings))]).toContainEqual([young, "none"]);
  });

  test("releases an id whose retry was never written, a minute after the retry was asked for", async () => {
    const { world } = pipeline;
    await pipeline.dispatch();
    await finish(first, { kind: "overdue" }, world);
    await age(3_600_000);
    const again: AttemptId = `${first.jobId}-2`;
    await world.jobs.intendRetry(first, new Date(world.clock.now()).toISOString());
    await world.gate.admit(again, "acme", pipeline.settings);
    await age(60_000);
    expect(await swept()).toEqual([[again, "none"]]);
    await age(1);
    expect(await swept()).toEqual([[again, "released"]]);
  });

  test("releases at once what was followed by another attempt", async () => {
    const { world } = pipeline;
    await pipeline.dispatch();
    await world.jobs.finish(first, {
      status: "cancelled",
      cancelledAt: "2026-01-01T00:00:00.000Z",
    });
    await world.jobs.requeue(first);
    await world.gate.admit(`${first.jobId}-2`, "acme", pipeline.settings);
    expect(await swept()).toContainEqual([id, "released"]);
    expect((await pipeline.held()).admitted).toEqual([`${first.jobId}-2`]);
  });

  describe("from the unfinished jobs to the gate", () => {
    test("gives a queued job its lost slot back, full or paused, and the job runs", async () => {
      const { world } = pipeline;
      await world.gate.release(id);
      await world.gate.pause({ since: "2026-01-01T00:00:00.000Z" });
      expect(await swept()).toEqual([[id, "readmitted"]]);
      await pipeline.dispatch();
      expect((await world.jobs.read(first.jobId))?.status).toBe("processing");
    });

    test("gives a running job its lost slot back, and counts it among those that run", async () => {
      const { world } = pipeline;
      await pipeline.dispatch();
      await world.gate.release(id);
      expect(await swept()).toEqual([[id, "readmitted"]]);
      await pipeline.dispatch();
      expect(await pipeline.held()).toEqual({ admitted: [id], active: [id] });
    });

    test("ends an accepted retry's wait although a release of the retry before landed after it", async () => {
      const { world } = pipeline;
      await pipeline.dispatch();
      await finish(first, { kind: "overdue" }, world);
      const again: AttemptId = `${first.jobId}-2`;
      await world.jobs.intendRetry(first, new Date(world.clock.now()).toISOString());
      await world.gate.admit(again, "acme", pipeline.settings);
      await age(120_000);
      await retry("acme", first.jobId, world, pipeline.settings);
      await world.gate.release(again);
      await pipeline.sweep();
      expect((await world.jobs.read(first.jobId))?.status).toBe("processing");
    });

    test("announces an end whose slot is gone", async () => {
      const { world } = pipeline;
      await pipeline.dispatch();
      await world.jobs.finish(first, {
        status: "cancelled",
        cancelledAt: new Date(world.clock.now()).toISOString(),
      });
      await world.gate.release(id);
      await age(60_000);
      expect(await swept()).toEqual([[id, "finished"]]);
      expect((await world.jobs.read(first.jobId))?.announced).toBe(true);
    });

    test("forgets a submission that was noted and never written, after a minute", async () => {
      const { world } = pipeline;
      const jobs = world.jobs;
      await pipeline.dispatch();
      await finish(first, { kind: "overdue" }, world);
      await jobs.requeue({ jobId: world.chance.jobId(), attempt: 1 });
      await swept();
      expect(await jobs.unfinished()).toHaveLength(1);
      await age(60_001);
      await swept();
      expect(await jobs.unfinished()).toEqual([]);
    });
  });

  test("starts what was promoted and not started", async () => {
    await pipeline.world.gate.promote(id, "acme", pipeline.settings);
    expect(await swept()).toEqual([[id, "started"]]);
    expect(await job()).toMatchObject({
      status: "processing",
      deadlineAt: "2026-01-01T08:00:00.000Z",
    });
    expect(pipeline.world.workflow.running()).toHaveLength(1);
    expect(await swept()).toEqual([[id, "none"]]);
    expect(pipeline.world.workflow.executions.size).toBe(1);
  });

  test.each([
    ["failed", timeout, { status: "failed", error: { code: "step_failed" } }],
    ["ended without a result", undefined, { status: "failed", error: { code: "execution_lost" } }],
  ])("ends a job whose execution has %s unheard", async (_, error, expected) => {
    await pipeline.dispatch();
    pipeline.world.workflow.end(id, error);
    expect(await swept()).toEqual([[id, "finished"]]);
    expect(await job()).toMatchObject(expected);
    expect(await pipeline.held()).toEqual({ admitted: [], active: [] });
  });

  test("completes a job whose document was stored before its execution was lost", async () => {
    await pipeline.dispatch();
    await pipeline.world.jobs.recordStored(first, storedOf());
    pipeline.world.workflow.end(id, timeout);
    expect(await swept()).toEqual([[id, "finished"]]);
    expect(await job()).toMatchObject({ status: "completed" });
  });

  test("gives a job as much more time as its chunks may take, and no more", async () => {
    const { world, settings } = pipeline;
    await pipeline.dispatch();
    const chunking = { chunkCount: 2_000, batchSize: 20, embeddingModel: "m" };
    await world.jobs.recordChunking(first, chunking);
    await age(settings.jobTimeoutMs + 2_000 * settings.workMsPerChunk);
    expect(await swept()).toEqual([[id, "none"]]);
    await age(1);
    expect(await swept()).toEqual([[id, "finished"]]);
  });

  test("ends a job past its deadline, and stops its execution", async () => {
    await pipeline.dispatch();
    await age(pipeline.settings.jobTimeoutMs);
    expect(await swept()).toEqual([[id, "none"]]);
    await age(1);
    expect(await swept()).toEqual([[id, "finished"]]);
    expect(await job()).toMatchObject({ status: "failed", error: { code: "deadline_exceeded" } });
    expect(pipeline.world.workflow.running()).toEqual([]);
  });

  test.each([false, true])(
    "ends what was cancelled and not finished; started: %s",
    async (started) => {
      if (started) await pipeline.dispatch();
      await pipeline.world.jobs.requestCancel(first.jobId, "2026-01-01T00:00:00.000Z");
      await age(endingMs);
      expect(await swept()).toEqual([[id, "finished"]]);
      expect(await job()).toMatchObject({ status: "cancelled", announced: true });
      expect(await pipeline.held()).toEqual({ admitted: [], active: [] });
    },
  );

  test("announces an end that was written and not announced", async () => {
    await pipeline.dispatch();
    const failed = {
      status: "failed",
      failedAt: "2026-01-01T00:00:00.000Z",
      error: { code: "x", message: "x", stage: "metadata", retryable: true },
    } as const;
    await pipeline.world.jobs.finish(first, failed);
    await age(endingMs);
    expect(await swept()).toEqual([[id, "finished"]]);
    expect(await job()).toMatchObject({ ...failed, announced: true });
    expect(pipeline.world.events.emitted).toHaveLength(1);
  });

  test("does not take an end that is being told for one that got lost, nor a cancel that is being done", async () => {
    const { world } = pipeline;
    await pipeline.submitMany(1);
    await pipeline.dispatch();
    const second = parseAttemptId((await pipeline.held()).active[1]!);
    const repairs: Repair[] = [];
    // A sweep before and after each call that an orderly end makes, and an orderly cancel.
    const watched = portsOf(world, async ({ port }) => {
      if (port !== "clock") repairs.push(...(await sweep(world, pipeline.settings)).values());
    });
    await world.clock.during(finish(first, { kind: "overdue" }, watched));
    await world.clock.during(cancel("acme", second.jobId, watched));
    expect(repairs.length).toBeGreaterThan(20);
    expect(new Set(repairs)).toEqual(new Set(["none"]));
    expect(await pipeline.held()).toEqual({ admitted: [], active: [] });
  });

  test("has an end told again whose teller died, within two minutes of it", async () => {
    const { world } = pipeline;
    await pipeline.dispatch();
    await world.jobs.finish(first, { status: "cancelled", cancelledAt: isoTime(world.clock) });
    await age(endingMs - 1);
    expect(await swept()).toEqual([[id, "none"]]);
    await age(60_000);
    expect(await swept()).toEqual([[id, "finished"]]);
    expect(await pipeline.held()).toEqual({ admitted: [], active: [] });
  });

  test("repairs the others although one cannot be repaired now", async () => {
    const { world, settings } = pipeline;
    await pipeline.submitMany(2);
    await pipeline.dispatch();
    for (const { attempt } of world.workflow.running()) {
      world.workflow.end(attemptId(attempt), timeout);
    }
    const ports = portsOf(world, ({ port, method, phase }) => {
      if (phase === "before" && port === "finisher" && method === "finish") {
        if (world.finisher.told.length === 0) {
          world.finisher.told.push({ attempt: first, ending: { kind: "ended" } });
          throw new Error("finish is throttled");
        }
      }
    });
    const repairs = [...(await sweep(ports, settings)).values()];
    expect(repairs).toEqual(["failed", "finished", "none"]);
    expect((await swept()).map(([, repair]) => repair)).toEqual(["finished", "none"]);
  });

  test("looks at ten jobs at once, and at all of them", async () => {
    pipeline = createPipeline({ maxQueued: 25 });
    await pipeline.submitMany(25);
    let looking = 0;
    let peak = 0;
    const ports = portsOf(pipeline.world, async ({ port, phase }) => {
      if (port !== "jobs") return;
      looking += phase === "before" ? 1 : -1;
      peak = Math.max(peak, looking);
      // A look takes time: without it the first would have ended before the second begins.
      await setImmediate();
    });
    expect((await sweep(ports, pipeline.settings)).size).toBe(25);
    expect(peak).toBe(10);
  });

  test("ten at once do what one does", async () => {
    await pipeline.dispatch();
    await pipeline.submitMany(2);
    pipeline.world.workflow.end(id, timeout);
    await Promise.all([...Array(10).keys()].map(() => pipeline.sweep()));
    const { admitted, active } = await pipeline.held();
    expect(active).toEqual(admitted);
    expect(active).toHaveLength(2);
    expect(pipeline.world.workflow.executions.size).toBe(3);
    expect(new Set(pipeline.world.events.emitted.map(({ jobId }) => jobId)).size).toBe(1);
  });
});
