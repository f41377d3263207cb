import { describe, expect, test } from "vitest";
import { finish } from "../../../lambdas/scheduling/finish/finish.ts";
import { createPipeline, type Pipeline } from "../../support/pipeline.ts";

/** Tenants of the jobs that run, in alphabetical order. */
async function running({ world }: Pipeline): Promise<string[]> {
  const { active, tenants } = await world.gate.read();
  return [...active].map((id) => tenants.get(id) ?? "").sort();
}

/** Ends the oldest running job of a tenant, with the dispatch that its end leads to. */
async function endOneOf(tenant: string, pipeline: Pipeline): Promise<void> {
  const { active, tenants } = await pipeline.world.gate.read();
  const [id] = [...active].filter((one) => tenants.get(one) === tenant).sort();
  const jobId = (id ?? "").slice(0, -2);
  await finish({ jobId, attempt: 1 }, { kind: "overdue" }, pipeline.world);
  await pipeline.dispatch();
}

describe("slots go to the tenant with the fewest running jobs", () => {
  test("one job of another tenant starts with the first end of the tenant that fills the queue", async () => {
    const pipeline = createPipeline({ maxQueued: 20, maxActive: 3, tenantMaxQueued: 10 });
    for (let i = 0; i < 13; i++) await pipeline.submit({ tenant: "acme" });
    await pipeline.dispatch();
    await pipeline.submit({ tenant: "globex" });
    await endOneOf("acme", pipeline);
    expect(await running(pipeline)).toEqual(["acme", "acme", "globex"]);
  });

  test("each of two busy tenants gets half of the slots", async () => {
    const pipeline = createPipeline({ maxActive: 4 });
    for (let i = 0; i < 8; i++) await pipeline.submit({ tenant: "acme" });
    for (let i = 0; i < 8; i++) await pipeline.submit({ tenant: "globex" });
    await pipeline.dispatch();
    expect(await running(pipeline)).toEqual(["acme", "acme", "globex", "globex"]);
    await endOneOf("acme", pipeline);
    expect(await running(pipeline)).toEqual(["acme", "acme", "globex", "globex"]);
  });

  test("a bound leaves slots free that its tenant could use, and the others use them", async () => {
    const pipeline = createPipeline({ maxActive: 4, tenantMaxActive: 1 });
    for (let i = 0; i < 3; i++) await pipeline.submit({ tenant: "acme" });
    await pipeline.dispatch();
    expect(await running(pipeline)).toEqual(["acme"]);
    await pipeline.submit({ tenant: "globex" });
    await pipeline.dispatch();
    expect(await running(pipeline)).toEqual(["acme", "globex"]);
  });

  test("completed jobs measure the wait, failed ones do not", async () => {
    const pipeline = createPipeline({ maxActive: 1 });
    for (let i = 0; i < 4; i++) await pipeline.submit();
    await pipeline.dispatch();
    await endOneOf("acme", pipeline);
    expect((await pipeline.world.gate.read()).meanRunMs).toBeUndefined();
    const { world } = pipeline;
    const [id] = (await pipeline.held()).active;
    const attempt = { jobId: (id ?? "").slice(0, -2), attempt: 1 };
    await world.clock.advance(42_000);
    await world.jobs.recordStored(attempt, {
      documentId: "doc",
      documentVersion: 1,
      chunkCount: 1,
      embeddingModel: "m",
      dimensions: 3,
      unchanged: false,
      superseded: false,
      degraded: false,
      failedChunks: [],
      failedChunkCount: 0,
    });
    await finish(attempt, { kind: "ended" }, world);
    expect((await world.gate.read()).meanRunMs).toBe(42_000);
    await pipeline.dispatch();
    const last = await pipeline.submit();
    expect(last).toMatchObject({ queue_position: 2, estimated_wait_seconds: 84 });
  });
});
