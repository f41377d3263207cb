import { beforeEach, describe, expect, test } from "vitest";
import { noUsage } from "../../../../lambdas/accounting/usage.ts";
import { type Attempt, attemptId } from "../../../../lambdas/records/jobs/attempt.ts";
import type { Job } from "../../../../lambdas/records/jobs/job.ts";
import { finish } from "../../../../lambdas/scheduling/finish/finish.ts";
import type { Ending } from "../../../../lambdas/scheduling/orchestration.ts";
import { createPipeline, type Pipeline } from "../../../support/pipeline.ts";
import { storedOf } from "../../../support/submissions.ts";

const failure: Ending = { kind: "failed", failure: { error: "CircuitOpenError", cause: "" } };
const endings: Ending[] = [{ kind: "ended" }, failure, { kind: "cancelled" }, { kind: "overdue" }];

describe("finish", () => {
  let pipeline: Pipeline;
  let attempt: Attempt;

  beforeEach(async () => {
    pipeline = createPipeline();
    const { job_id: jobId } = await pipeline.submit();
    attempt = { jobId, attempt: 1 };
    await pipeline.dispatch();
    pipeline.world.queue.drain();
  });

  const tell = (ending: Ending, of = attempt) => finish(of, ending, pipeline.world);
  const job = async () => (await pipeline.world.jobs.read(attempt.jobId)) as Job;
  const store = async () => {
    await pipeline.world.jobs.beginPublishing(attempt);
    await pipeline.world.jobs.recordStored(attempt, storedOf());
  };
  const types = () => pipeline.world.events.emitted.map(({ event }) => event.type);

  test("a stored document's job is completed with its result and its usage", async () => {
    await store();
    await pipeline.world.jobs.recordUsage(attempt, "one", { llmCalls: 3 });
    await pipeline.world.clock.advance(5_000);
    expect(await tell({ kind: "ended" })).toBe("completed");
    expect(await job()).toMatchObject({
      status: "completed",
      completedAt: "2026-01-01T00:00:05.000Z",
      result: { ...storedOf(), usage: { ...noUsage, llmCalls: 3 } },
      announced: true,
    });
    expect(pipeline.world.events.emitted).toEqual([
      {
        ...attempt,
        tenant: "acme",
        documentId: (await job()).documentId,
        at: "2026-01-01T00:00:05.000Z",
        event: { type: "job.completed", degraded: true },
      },
    ]);
  });

  test.each(endings)("what is stored outweighs the tale %j", async (ending) => {
    await store();
    expect(await tell(ending)).toBe("completed");
  });

  test.each([
    ["a cancel", "cancelled"],
    ["the result", "completed"],
  ] as const)(
    "%s that comes between its look and its write outweighs a failure",
    async (what, end) => {
      const { jobs } = pipeline.world;
      const write = jobs.finish.bind(jobs);
      let writes = 0;
      const late: typeof jobs.finish = async (of, state) => {
        if (++writes === 1) {
          if (what === "the result") await store();
          else await jobs.requestCancel(of.jobId, "2026-01-01T00:00:00.000Z");
        }
        return write(of, state);
      };
      Object.assign(jobs, { finish: late });
      expect(await tell(failure)).toBe(end);
      expect(await job()).toMatchObject({ status: end, announced: true });
      expect(types()).toEqual([`job.${end}`]);
    },
  );

  test.each(endings)("a cancel that was asked for outweighs the tale %j", async (ending) => {
    await pipeline.world.jobs.requestCancel(attempt.jobId, "2026-01-01T00:00:00.000Z");
    expect(await tell(ending)).toBe("cancelled");
    expect(types()).toEqual(["job.cancelled"]);
  });

  test("an end without a result is a failure, and says that a retry helps", async () => {
    expect(await tell({ kind: "ended" })).toBe("failed");
    expect(await job()).toMatchObject({ error: { code: "execution_lost", retryable: true } });
    expect(pipeline.world.events.emitted[0]?.event).toMatchObject({ type: "job.failed" });
  });

  test("the end gives back the slot, and wakes dispatch for the next job", async () => {
    await tell(failure);
    expect(await pipeline.held()).toEqual({ admitted: [], active: [] });
    expect(pipeline.world.queue.messages).toEqual([attemptId(attempt)]);
  });

  test.each(endings)(
    "every later tale, %j too, changes nothing and announces nothing",
    async (late) => {
      await tell(failure);
      const before = await job();
      expect(await tell(late)).toBe("failed");
      expect(await job()).toEqual(before);
      expect(types()).toEqual(["job.failed"]);
      expect(pipeline.world.queue.messages).toHaveLength(1);
    },
  );

  test("tales at the same moment end the job once", async () => {
    const all = [...endings, ...endings].map((ending) => tell(ending));
    const told = new Set(await Promise.all(all));
    expect([...told]).toEqual([(await job()).status]);
    expect(new Set(types()).size).toBe(1);
    expect((await pipeline.held()).admitted).toEqual([]);
  });

  test("a late tale of an earlier attempt leaves the next one alone", async () => {
    await tell(failure);
    await pipeline.world.jobs.requeue(attempt);
    const again = { ...attempt, attempt: 2 };
    await pipeline.world.gate.admit(attemptId(again), "acme", pipeline.settings);
    await pipeline.dispatch();
    const before = await job();
    expect(before.status).toBe("processing");
    for (const ending of endings) expect(await tell(ending)).toBe("stale");
    expect(await job()).toEqual(before);
    expect(await pipeline.held()).toEqual({
      admitted: [attemptId(again)],
      active: [attemptId(again)],
    });
  });

  test("a stale attempt that still holds a slot gives it back", async () => {
    await tell(failure);
    await pipeline.world.jobs.requeue(attempt);
    await pipeline.world.gate.admit(attemptId(attempt), "acme", pipeline.settings);
    expect(await tell({ kind: "ended" })).toBe("stale");
    expect((await pipeline.held()).admitted).toEqual([]);
  });

  test("an attempt that is still to come keeps its slot", async () => {
    const next: Attempt = { ...attempt, attempt: 2 };
    await pipeline.world.gate.admit(attemptId(next), "acme", pipeline.settings);
    expect(await tell({ kind: "ended" }, next)).toBe("stale");
    expect((await job()).status).toBe("processing");
    await tell(failure);
    expect(await tell({ kind: "ended" }, next)).toBe("stale");
    expect((await pipeline.held()).admitted).toEqual([attemptId(next)]);
  });

  test("a job that no longer exists gives back its slot", async () => {
    const gone: Attempt = { jobId: pipeline.world.chance.jobId(), attempt: 1 };
    await pipeline.world.gate.admit(attemptId(gone), "acme", pipeline.settings);
    expect(await tell({ kind: "ended" }, gone)).toBe("stale");
    expect((await pipeline.held()).admitted).toEqual([attemptId(attempt)]);
  });

  test("a queued job can be cancelled and can fail, but not be completed", async () => {
    const { job_id } = await pipeline.submit();
    const waiting = { jobId: job_id, attempt: 1 };
    expect(await tell({ kind: "cancelled" }, waiting)).toBe("cancelled");
    expect(await pipeline.world.jobs.read(job_id)).not.toHaveProperty("startedAt");
  });

  test("a bus that refuses an event holds the slot for ten minutes, not for ever", async () => {
    const { world } = pipeline;
    const events = { emit: () => Promise.reject(new Error("EventBridge is down")) };
    const refused = () => finish(attempt, failure, { ...world, events });
    await expect(refused()).rejects.toThrow("EventBridge is down");
    await world.clock.advance(599_999);
    await expect(refused()).rejects.toThrow("EventBridge is down");
    expect((await pipeline.held()).admitted).toEqual([attemptId(attempt)]);
    await world.clock.advance(1);
    expect(await refused()).toBe("failed");
    expect(await pipeline.held()).toEqual({ admitted: [], active: [] });
    expect(await job()).toMatchObject({ status: "failed", announced: true });
  });

  test("a queue that is down does not keep a job from ending", async () => {
    const queue = { wake: () => Promise.reject(new Error("SQS is down")) };
    expect(await finish(attempt, failure, { ...pipeline.world, queue })).toBe("failed");
    expect(await job()).toMatchObject({ announced: true });
  });
});
