/**
 * A crash between any two port calls of the steps that hand a job on: nothing
 * is lost, and its slot is back, or in use, within two sweeps.
 */
import { describe, expect, test } from "vitest";
import type { AcceptedAnswer } from "../../../lambdas/contract/calls/ingest.ts";
import { retry } from "../../../lambdas/intake/retry.ts";
import { attemptId } from "../../../lambdas/records/jobs/attempt.ts";
import { isTerminal, type Job } from "../../../lambdas/records/jobs/job.ts";
import { cancel } from "../../../lambdas/scheduling/cancel.ts";
import { finish } from "../../../lambdas/scheduling/finish/finish.ts";
import type { Ending } from "../../../lambdas/scheduling/orchestration.ts";
import { sweep } from "../../../lambdas/scheduling/sweep/sweep.ts";
import { type Disturbance, type Drama, expectAtEachCall } from "../../support/crashes.ts";
import { createPipeline, type Pipeline } from "../../support/pipeline.ts";
import { storedOf } from "../../support/submissions.ts";

const disturbances: Disturbance[] = ["crash", "fault"];
const minuteMs = 60_000;

/** Two sweeps, a minute apart, the first at once in the worst case. */
async function twoSweeps(pipeline: Pipeline): Promise<void> {
  for (let sweeps = 0; sweeps < 2; sweeps++) {
    await pipeline.world.clock.advance(minuteMs);
    await pipeline.sweep();
  }
}

/** Every job of the world, and what is at the gate, agree. */
async function expectConsistent({ world, held }: Pipeline): Promise<readonly Job[]> {
  const { jobs } = await world.jobs.list({ tenant: "acme", limit: 100 });
  const open = jobs.filter(({ status }) => !isTerminal(status)).map(attemptId);
  const processing = jobs.filter(({ status }) => status === "processing").map(attemptId);
  const running = world.workflow.running().map((execution) => attemptId(execution.attempt));
  expect(await held()).toEqual({ admitted: open.toSorted(), active: processing.toSorted() });
  expect(running.toSorted()).toEqual(processing.toSorted());
  for (const job of jobs)
    expect([job.jobId, job.announced]).toEqual([job.jobId, isTerminal(job.status)]);
  return jobs;
}

const drama = (given: Omit<Drama<Pipeline>, "worldOf">): Drama<Pipeline> => ({
  worldOf: ({ world }) => world,
  ...given,
});

/** A pipeline with one job that runs. */
async function running(): Promise<Pipeline> {
  const pipeline = createPipeline();
  await pipeline.submit();
  await pipeline.dispatch();
  pipeline.world.queue.drain();
  return pipeline;
}

async function theJob({ world }: Pipeline): Promise<Job> {
  const { jobs } = await world.jobs.list({ tenant: "acme", limit: 2 });
  expect(jobs).toHaveLength(1);
  return jobs[0]!;
}

describe.each(disturbances)("a %s at any call", (disturbance) => {
  test("of submit: what was answered 202 runs, what was not leaves no slot", async () => {
    const places = await expectAtEachCall(
      disturbance,
      drama({
        arrange: async () => createPipeline(),
        act: (pipeline, ports) => pipeline.submit({}, ports),
        async check(pipeline, { answer }) {
          await twoSweeps(pipeline);
          const jobs = await expectConsistent(pipeline);
          const accepted = (answer as AcceptedAnswer | undefined)?.job_id;
          expect(jobs.map(({ jobId }) => jobId)).toEqual(
            accepted === undefined ? jobs.map(({ jobId }) => jobId) : [accepted],
          );
          expect(jobs.map(({ status }) => status)).toEqual(jobs.map(() => "processing"));
        },
      }),
    );
    expect(places).toContain("jobs.create before");
    expect(places.length).toBeGreaterThanOrEqual(14);
  });

  test("of submit with a key: the client's repeats end in one job", async () => {
    await expectAtEachCall(
      disturbance,
      drama({
        arrange: async () => createPipeline(),
        act: ({ world, submit }, ports) =>
          world.clock.during(submit({ idempotencyKey: "key" }, ports)),
        async check(pipeline, { answer }) {
          const { world, submit } = pipeline;
          // A client that repeats within a second, and one that comes back after both sweeps.
          const soon = await world.clock
            .during(submit({ idempotencyKey: "key" }))
            .catch((error: Error) => error);
          await twoSweeps(pipeline);
          const late = await world.clock.during(submit({ idempotencyKey: "key" }));
          await twoSweeps(pipeline);
          const jobs = await expectConsistent(pipeline);
          expect(jobs.map(({ jobId }) => jobId)).toEqual([late.job_id]);
          for (const told of [answer, soon]) {
            const id = (told as Partial<AcceptedAnswer> | undefined)?.job_id ?? late.job_id;
            expect(id).toBe(late.job_id);
          }
        },
      }),
    );
  });

  test("of dispatch: every job runs in one execution, oldest first, within the cap", async () => {
    const places = await expectAtEachCall(
      disturbance,
      drama({
        async arrange() {
          const pipeline = createPipeline({ maxActive: 2 });
          await pipeline.submitMany(3);
          return pipeline;
        },
        act: ({ dispatch }, ports) => dispatch(ports),
        async check(pipeline) {
          await twoSweeps(pipeline);
          const jobs = await expectConsistent(pipeline);
          expect(jobs.map(({ status }) => status)).toEqual(["queued", "processing", "processing"]);
          expect(pipeline.world.workflow.executions.size).toBe(2);
        },
      }),
    );
    expect(places.length).toBeGreaterThanOrEqual(18);
  });

  const endings: [string, Ending, Job["status"]][] = [
    ["completed", { kind: "ended" }, "completed"],
    ["failed", { kind: "failed", failure: { error: "CircuitOpenError", cause: "" } }, "failed"],
    ["overdue", { kind: "overdue" }, "failed"],
    ["cancelled", { kind: "cancelled" }, "cancelled"],
  ];
  test.each(endings)(
    "of finish: a %s job ends so, once, and is announced",
    async (_, ending, status) => {
      const places = await expectAtEachCall(
        disturbance,
        drama({
          async arrange() {
            const pipeline = await running();
            const { world } = pipeline;
            const job = await theJob(pipeline);
            if (status === "completed") {
              await world.jobs.beginPublishing(job);
              await world.jobs.recordStored(job, storedOf());
            }
            if (status === "cancelled") {
              await world.jobs.requestCancel(job.jobId, "2026-01-01T00:00:01.000Z");
            }
            return pipeline;
          },
          async act(pipeline, ports) {
            return finish(await theJob(pipeline), ending, ports);
          },
          async check(pipeline) {
            const { world } = pipeline;
            // The execution has ended by then; the event that says so is lost.
            const failure = ending.kind === "failed" ? ending.failure : undefined;
            world.workflow.end(attemptId(await theJob(pipeline)), failure);
            const overdueMs = ending.kind === "overdue" ? pipeline.settings.jobTimeoutMs : 0;
            await world.clock.advance(overdueMs);
            await twoSweeps(pipeline);
            const [job] = await expectConsistent(pipeline);
            expect(job?.status).toBe(status);
            const types = new Set(world.events.emitted.map(({ event }) => event.type));
            expect(types).toEqual(new Set([`job.${status}`]));
            const emitted = world.events.emitted.length;
            await pipeline.sweep();
            expect(world.events.emitted.length).toBe(emitted);
          },
        }),
      );
      expect(places.length).toBeGreaterThanOrEqual(14);
    },
  );

  test("of cancel: what was asked for is done, and its slot is free", async () => {
    await expectAtEachCall(
      disturbance,
      drama({
        arrange: running,
        async act(pipeline, ports) {
          return cancel("acme", (await theJob(pipeline)).jobId, ports);
        },
        async check(pipeline, { answer }) {
          await twoSweeps(pipeline);
          const { status, cancelRequestedAt } = await theJob(pipeline);
          const asked = cancelRequestedAt !== undefined;
          expect(asked || answer === undefined).toBe(true);
          expect(status).toBe(asked ? "cancelled" : "processing");
          // An execution that goes on finds its fence closed; here it has ended by then.
          pipeline.world.workflow.end(attemptId(await theJob(pipeline)));
          expect((await pipeline.held()).admitted).toHaveLength(asked ? 0 : 1);
        },
      }),
    );
  });

  test("of retry: the job runs again, once, or stays as it was without a slot", async () => {
    const limits = createPipeline().settings;
    await expectAtEachCall(
      disturbance,
      drama({
        async arrange() {
          const pipeline = await running();
          const job = await theJob(pipeline);
          pipeline.world.workflow.end(attemptId(job), { error: "States.Timeout", cause: "" });
          await finish(job, { kind: "overdue" }, pipeline.world);
          return pipeline;
        },
        async act(pipeline, ports) {
          return retry("acme", (await theJob(pipeline)).jobId, ports, limits);
        },
        async check(pipeline, { answer }) {
          await twoSweeps(pipeline);
          const [job] = await expectConsistent(pipeline);
          const again = job?.status === "processing" && job.attempt === 2;
          expect(again || (job?.status === "failed" && answer === undefined)).toBe(true);
          const repeat = await retry("acme", job?.jobId ?? "", pipeline.world, limits).catch(
            (error: { code?: string }) => error.code,
          );
          const queued = expect.objectContaining({ status: "queued" }) as unknown;
          expect(repeat).toEqual(again ? "not_retryable" : queued);
        },
      }),
    );
  });

  test("of sweep: the next two make good what it left", async () => {
    await expectAtEachCall(
      disturbance,
      drama({
        async arrange() {
          const pipeline = createPipeline({ maxActive: 3 });
          const { world, submit, dispatch } = pipeline;
          const gate = pipeline.settings;
          await pipeline.submitMany(2);
          await dispatch();
          // One ended unseen, one was promoted and not started, one was admitted by a submit that died.
          const [ended] = world.workflow.running();
          world.workflow.end(attemptId(ended!.attempt), { error: "States.Timeout", cause: "" });
          const promoted = await submit();
          await world.gate.promote(`${promoted.job_id}-1`, "acme", gate);
          await world.gate.admit(`${world.chance.jobId()}-1`, "acme", gate);
          await world.clock.advance(2 * minuteMs);
          return pipeline;
        },
        act: ({ settings }, ports) => sweep(ports, settings),
        async check(pipeline) {
          await twoSweeps(pipeline);
          const jobs = await expectConsistent(pipeline);
          expect(jobs.map(({ status }) => status)).toEqual(["processing", "processing", "failed"]);
        },
      }),
    );
  });
});
