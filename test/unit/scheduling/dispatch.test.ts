import { beforeEach, describe, expect, test } from "vitest";
import type { AttemptId } from "../../../lambdas/records/jobs/attempt.ts";
import { endingAgeMs } from "../../../lambdas/scheduling/limits.ts";
import { portsOf } from "../../support/fakes/world.ts";
import { createPipeline, type Pipeline } from "../../support/pipeline.ts";

describe("dispatch", () => {
  let pipeline: Pipeline;
  let ids: AttemptId[];

  beforeEach(async () => {
    pipeline = createPipeline({ maxActive: 3 });
    ids = (await pipeline.submitMany(5)).map((id): AttemptId => `${id}-1`);
  });

  const running = () => [...pipeline.world.workflow.executions.keys()];

  test("starts the oldest first, as many as there are free slots", async () => {
    expect(await pipeline.dispatch()).toEqual(ids.slice(0, 3));
    expect(running()).toEqual(ids.slice(0, 3));
    expect((await pipeline.held()).active).toEqual(ids.slice(0, 3));
    const { attempt } = pipeline.world.workflow.executions.get(ids[0]!)!;
    expect(await pipeline.world.jobs.read(attempt.jobId)).toMatchObject({
      status: "processing",
      startedAt: "2026-01-01T00:00:00.000Z",
      deadlineAt: "2026-01-01T08:00:00.000Z",
    });
  });

  test("woken ten times at once starts no more, and none twice", async () => {
    const started = await Promise.all([...Array(10).keys()].map(() => pipeline.dispatch()));
    expect(new Set(started.flat())).toEqual(new Set(ids.slice(0, 3)));
    expect(running().toSorted()).toEqual(ids.slice(0, 3));
    expect(await pipeline.dispatch()).toEqual([]);
  });

  test("looks again when another took the slot, instead of trying the whole queue", async () => {
    const { world, settings } = pipeline;
    await pipeline.dispatch();
    await world.gate.release(ids[1]!);
    let promotes = 0;
    const ports = portsOf(world, async ({ port, method, phase }) => {
      if (port !== "gate" || method !== "promote" || phase !== "before") return;
      promotes += 1;
      // Another dispatch that read the same was first.
      if (promotes === 1) await world.gate.promote(ids[4]!, "acme", settings);
    });
    expect(await pipeline.dispatch(ports)).toEqual([]);
    expect(promotes).toBe(1);
  });

  test("goes on with the next one when a slot is given back", async () => {
    await pipeline.dispatch();
    await pipeline.world.gate.release(ids[1]!);
    expect(await pipeline.dispatch()).toEqual([ids[3]]);
    expect((await pipeline.held()).active).toEqual([ids[0], ids[2], ids[3]]);
  });

  test("looks at no job while no slot is free: each look is a paid read", async () => {
    await pipeline.dispatch();
    const calls: string[] = [];
    const ports = portsOf(
      pipeline.world,
      ({ port, method }) => void calls.push(`${port}.${method}`),
    );
    await pipeline.dispatch(ports);
    expect(new Set(calls)).toEqual(new Set(["gate.read"]));
  });

  test("leaves an id alone whose job, or whose attempt, is still to come, and starts those behind it", async () => {
    const { world, settings } = pipeline;
    const early: AttemptId = "00000000000000000000000000-1";
    await world.gate.admit(early, "acme", settings);
    const retried: AttemptId = `${ids[0]!.slice(0, -2)}-2`;
    await world.gate.admit(retried, "acme", settings);
    expect(await pipeline.dispatch()).toEqual(ids.slice(0, 3));
    expect((await pipeline.held()).admitted).toEqual([early, ids[0], retried, ...ids.slice(1)]);
  });

  test("gives back the slot of what has ended or been followed by another attempt", async () => {
    const { world } = pipeline;
    const [first, second] = ids.map((id) => ({ jobId: id.slice(0, -2), attempt: 1 }));
    const cancelled = { status: "cancelled", cancelledAt: "2026-01-01T00:00:00.000Z" } as const;
    await world.jobs.finish(first!, cancelled);
    await world.jobs.markAnnounced(first!);
    await world.jobs.finish(second!, cancelled);
    await world.jobs.requeue(second!);
    expect(await pipeline.dispatch()).toEqual(ids.slice(2));
    expect((await pipeline.held()).admitted).toEqual(ids.slice(2));
  });

  test("leaves the slot of an end that is not announced yet to sweep, which finds it by that", async () => {
    const { world } = pipeline;
    const first = { jobId: ids[0]!.slice(0, -2), attempt: 1 };
    const cancelled = { status: "cancelled", cancelledAt: "2026-01-01T00:00:00.000Z" } as const;
    await world.jobs.finish(first, cancelled);
    await pipeline.dispatch();
    expect((await pipeline.held()).admitted).toContain(ids[0]);
    world.clock.skip(endingAgeMs);
    await pipeline.sweep();
    expect((await pipeline.held()).admitted).not.toContain(ids[0]);
    expect(await world.jobs.read(first.jobId)).toMatchObject({ announced: true });
  });

  test("does not start a job whose cancel was asked for in that moment", async () => {
    await pipeline.world.jobs.requestCancel(ids[0]!.slice(0, -2), "2026-01-01T00:00:00.000Z");
    expect(await pipeline.dispatch()).toEqual([ids[1], ids[2]]);
    expect(running()).toEqual([ids[1], ids[2]]);
  });

  test("finds nothing to do at an empty gate", async () => {
    expect(await createPipeline().dispatch()).toEqual([]);
  });
});
