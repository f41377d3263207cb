import { beforeEach, describe, expect, test } from "vitest";
import { intakeRequestSchema } from "../../../lambdas/contract/calls/admission-switch.ts";
import { healthSchema } from "../../../lambdas/contract/calls/health.ts";
import { setIntake } from "../../../lambdas/http/admission-switch/admission-switch.ts";
import { health } from "../../../lambdas/http/health/health.ts";
import { retry } from "../../../lambdas/intake/retry.ts";
import { finish } from "../../../lambdas/scheduling/finish/finish.ts";
import { portsOf } from "../../support/fakes/world.ts";
import { createPipeline, type Pipeline } from "../../support/pipeline.ts";

const operator = { tenant: "ops", role: "operator" } as const;
const since = "2026-01-01T00:00:00.000Z";

describe("intake", () => {
  let pipeline: Pipeline;
  beforeEach(() => {
    pipeline = createPipeline({ maxActive: 1 });
  });

  const pause = (reason?: string) =>
    setIntake(
      operator,
      { paused: true, ...(reason === undefined ? {} : { reason }) },
      pipeline.world,
    );
  const resume = () => setIntake(operator, { paused: false }, pipeline.world);
  const refused = {
    code: "unavailable",
    message: expect.stringMatching(
      /^Intake is paused \(upgrade until 14:00\)\. Nothing was stored\./,
    ) as string,
    details: { paused_since: since, retry_after_seconds: 30 },
    retryAfterSeconds: 30,
  };

  test("while paused refuses a document with the reason and Retry-After, and stores nothing", async () => {
    const { world } = pipeline;
    await pause("upgrade until 14:00");
    await expect(pipeline.submit()).rejects.toMatchObject(refused);
    expect(world.objects.keys()).toEqual([]);
    expect(await pipeline.held()).toEqual({ admitted: [], active: [] });
    expect((await world.jobs.list({ tenant: "acme", limit: 10 })).jobs).toEqual([]);
  });

  test("while paused makes no more calls for a refused document than a full queue does", async () => {
    await pause();
    const calls: string[] = [];
    const ports = portsOf(pipeline.world, ({ port, method, phase }) => {
      if (phase === "before") calls.push(`${port}.${method}`);
    });
    await expect(pipeline.submit({}, ports)).rejects.toThrow("Intake is paused.");
    expect(calls).toEqual(["gate.read", "tallies.add"]);
  });

  test("that is paused between a submission's check and its admission refuses the submission", async () => {
    const ports = portsOf(pipeline.world, async ({ port, method, phase }) => {
      if (`${port}.${method} ${phase}` === "gate.admit before") await pause("upgrade until 14:00");
    });
    await expect(pipeline.submit({}, ports)).rejects.toMatchObject(refused);
    expect(await pipeline.held()).toEqual({ admitted: [], active: [] });
  });

  test("while paused refuses a retry, which succeeds after intake resumes", async () => {
    const { world, settings } = pipeline;
    const jobId = (await pipeline.submit()).job_id;
    await pipeline.dispatch();
    const failure = { error: "CircuitOpenError", cause: "" };
    await finish({ jobId, attempt: 1 }, { kind: "failed", failure }, world);
    await pause("upgrade until 14:00");
    await expect(retry("acme", jobId, world, settings)).rejects.toMatchObject(refused);
    expect(await world.jobs.read(jobId)).toMatchObject({ status: "failed", attempt: 1 });
    await resume();
    expect(await retry("acme", jobId, world, settings)).toMatchObject({ status: "queued" });
  });

  test("while paused still answers repeats of accepted submissions, and frees the keys of refused ones", async () => {
    const { submit } = pipeline;
    const first = await submit({ idempotencyKey: "a" });
    await pause();
    expect(await submit({ idempotencyKey: "a" })).toEqual(first);
    await expect(submit({ idempotencyKey: "b" })).rejects.toMatchObject({ code: "unavailable" });
    await resume();
    expect(await submit({ idempotencyKey: "b", bodyHash: "other" })).toMatchObject({
      queue_position: 2,
    });
  });

  test("while paused lets queued and running jobs finish", async () => {
    const [one, two] = (await pipeline.submitMany(2)) as [string, string];
    await pipeline.dispatch();
    expect(await pause()).toMatchObject({ queue_size: 1, active_jobs: 1 });
    await finish({ jobId: one, attempt: 1 }, { kind: "cancelled" }, pipeline.world);
    expect(await pipeline.dispatch()).toEqual([`${two}-1`]);
    await finish({ jobId: two, attempt: 1 }, { kind: "cancelled" }, pipeline.world);
    expect(await pause()).toMatchObject({ queue_size: 0, active_jobs: 0 });
  });

  test("is shown by health to every key", async () => {
    await pause("upgrade");
    const answer = await health({ tenant: "acme", role: "tenant" }, pipeline.world, {
      ...pipeline.settings,
      permits: { llm: 20, embeddings: 20 },
      metadataPerJob: 10,
      version: "1.2.3",
    });
    expect(answer).toMatchObject({
      intake: "paused",
      paused_since: since,
      pause_reason: "upgrade",
    });
    expect(healthSchema.parse(answer)).toEqual(answer);
  });

  test("is changed by operators only", async () => {
    const call = setIntake({ tenant: "acme", role: "tenant" }, { paused: true }, pipeline.world);
    await expect(call).rejects.toMatchObject({ code: "forbidden" });
    expect((await pipeline.world.gate.read()).paused).toBeUndefined();
  });

  test("accepts a short reason and no unknown fields", () => {
    const valid = (body: unknown) => intakeRequestSchema.safeParse(body).success;
    expect(valid({ paused: true, reason: "upgrade" })).toBe(true);
    const wrong = [
      {},
      { paused: "yes" },
      { paused: true, reason: " " },
      { paused: true, pause: 1 },
    ];
    expect([...wrong, { paused: true, reason: "x".repeat(201) }].map(valid)).toEqual(
      Array(5).fill(false),
    );
  });
});
