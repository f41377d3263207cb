/** What sweep sees of the queue, and tells once a minute. */
import { describe, expect, test } from "vitest";
import { type MetricName, metricOf, sample } from "../../../../lambdas/contract/calls/metrics.ts";
import { attemptId } from "../../../../lambdas/records/jobs/attempt.ts";
import { observe } from "../../../../lambdas/scheduling/sweep/observe.ts";
import { createWorld, type World } from "../../../support/fakes/world.ts";
import { jobIdOf, submissionOf } from "../../../support/submissions.ts";

const limits = { maxQueued: 100, maxActive: 1, permits: { llm: 20, embeddings: 20 } };
const minute = 60_000;

async function queued(world: World, number: number): Promise<void> {
  const jobId = jobIdOf(number);
  const submittedAt = new Date(world.clock.now()).toISOString();
  await world.jobs.create(submissionOf({ jobId, submittedAt }));
  await world.gate.admit(attemptId({ jobId, attempt: 1 }), "acme", limits);
}

async function started(world: World, number: number): Promise<void> {
  const attempt = { jobId: jobIdOf(number), attempt: 1 };
  const at = new Date(world.clock.now()).toISOString();
  await world.gate.promote(attemptId(attempt), "acme", limits);
  await world.jobs.start(attempt, { startedAt: at, deadlineAt: at });
}

/** A sweep each minute; what the last one told. */
async function observed(world: World, minutes: number): Promise<(name: MetricName) => number> {
  for (let i = 0; i < minutes; i++) {
    await world.clock.advance(minute);
    world.metrics.emitted.length = 0;
    await observe(world, limits);
  }
  return (name) => world.metrics.emitted.find((one) => one.name === name)?.value ?? Number.NaN;
}

describe("the look at the queue", () => {
  test("tells of an idle deployment in zeros, and writes nothing more once it has looked", async () => {
    const world = createWorld();
    const told = await observed(world, 2);
    for (const name of ["QueueSize", "StalledQueueAge", "SweepRepairs", "EstimatedCost"] as const) {
      expect([name, told(name)]).toEqual([name, 0]);
    }
    expect(world.metrics.emitted).toContainEqual(sample("BreakerState", 0, { dependency: "llm" }));
    const seen = await world.watch.last();
    await observed(world, 5);
    expect(await world.watch.last()).toBe(seen);
  });

  test("of an idle deployment sends six series, which CloudWatch charges for, and more with work", async () => {
    const world = createWorld();
    const names = () =>
      world.metrics.emitted
        .map(({ name }) => name)
        .filter((name) => metricOf(name).only !== "prometheus")
        .toSorted();
    await observed(world, 1);
    const idle = [
      "BreakerState",
      "BreakerState",
      "EstimatedCost",
      "QueueSize",
      "StalledQueueAge",
      "SweepRepairs",
    ];
    expect(names()).toEqual(idle);
    await queued(world, 1);
    await started(world, 1);
    await queued(world, 2);
    await observed(world, 2);
    expect(names()).toEqual([...idle, "ActiveJobs", "OldestQueuedAge"].toSorted());
  });

  test("an old queue is stalled only when nothing moves", async () => {
    const world = createWorld();
    await queued(world, 1);
    await started(world, 1);
    await queued(world, 2);
    expect((await observed(world, 9))("StalledQueueAge")).toBe(0);
    const told = await observed(world, 6);
    expect(told("OldestQueuedAge")).toBe(15 * 60);
    expect(told("StalledQueueAge")).toBe(15 * 60);
  });

  test("a batch that is done is a move, though no job starts or ends", async () => {
    const world = createWorld();
    await queued(world, 1);
    await started(world, 1);
    await queued(world, 2);
    await observed(world, 14);
    await world.jobs.recordBatch({ jobId: jobIdOf(1), attempt: 1 }, "metadata", 0);
    const told = await observed(world, 1);
    expect(told("OldestQueuedAge")).toBe(15 * 60);
    expect(told("StalledQueueAge")).toBe(0);
  });

  test("a job that started and ended between two looks is a move: another one is next", async () => {
    const world = createWorld();
    for (const number of [1, 2, 3]) await queued(world, number);
    await observed(world, 14);
    await world.gate.release(attemptId({ jobId: jobIdOf(1), attempt: 1 }));
    expect((await observed(world, 1))("StalledQueueAge")).toBe(0);
  });

  test("an empty queue does not stall, however long nothing happens", async () => {
    const world = createWorld();
    await queued(world, 1);
    await started(world, 1);
    expect((await observed(world, 60))("StalledQueueAge")).toBe(0);
  });

  test("a retried job waits from its retry on", async () => {
    const world = createWorld();
    const first = { jobId: jobIdOf(1), attempt: 1 };
    await queued(world, 1);
    await world.jobs.finish(first, {
      status: "cancelled",
      cancelledAt: new Date(world.clock.now()).toISOString(),
    });
    await world.gate.release(attemptId(first));
    await world.clock.advance(600 * minute);
    await world.jobs.requeue(first);
    await world.gate.admit(attemptId({ ...first, attempt: 2 }), "acme", limits);
    expect((await observed(world, 3))("OldestQueuedAge")).toBe(180);
  });
});
