/** Executions that run are left alone, also where a repeated start reads like the first. */
import { expect, test } from "vitest";
import { attemptId } from "../../../../lambdas/records/jobs/attempt.ts";
import { sweep } from "../../../../lambdas/scheduling/sweep/sweep.ts";
import { createWorld } from "../../../support/fakes/world.ts";
import { jobIdOf, submissionOf } from "../../../support/submissions.ts";

const attempt = { jobId: jobIdOf(1), attempt: 1 };
const limits = { maxQueued: 1, maxActive: 1 };

/** A job whose slot is taken; its execution is still to start. */
async function promoted() {
  const world = createWorld();
  await world.jobs.create(submissionOf({ jobId: attempt.jobId }));
  await world.gate.admit(attemptId(attempt), "acme", limits);
  await world.gate.promote(attemptId(attempt), "acme", limits);
  return world;
}

test("a running execution is no repair, though AWS answers its start as if it were the first", async () => {
  const world = await promoted();
  await world.workflow.start(attempt);
  world.workflow.start = () => Promise.resolve("started");
  const repairs = await sweep(world, { jobTimeoutMs: 3_600_000, workMsPerChunk: 0 });
  expect(repairs.get(attemptId(attempt))).toBe("none");
});

test("an execution that was never started is, and counts as a repair once", async () => {
  const world = await promoted();
  const repair = async () =>
    (await sweep(world, { jobTimeoutMs: 3_600_000, workMsPerChunk: 0 })).get(attemptId(attempt));
  expect([await repair(), await repair()]).toEqual(["started", "none"]);
  expect(world.workflow.running()).toHaveLength(1);
});
