/** Admissions and refusals, which no attempt owns. */
import { describe, expect, test } from "vitest";
import { ingestRequestSchema } from "../../../lambdas/contract/calls/ingest.ts";
import { metricsText } from "../../../lambdas/http/metrics/metrics.ts";
import { retry } from "../../../lambdas/intake/retry.ts";
import { submit } from "../../../lambdas/intake/submit.ts";
import { createWorld, type World } from "../../support/fakes/world.ts";

const limits = { maxQueued: 1, maxActive: 1 };
const send = (world: World, request: object, idempotencyKey?: string) =>
  submit(
    {
      tenant: "acme",
      request: ingestRequestSchema.parse(request),
      bodyHash: "hash",
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    },
    world,
    limits,
  );

describe("admissions", () => {
  test("each accepted document and each refusal of a full queue counts once", async () => {
    const world = createWorld();
    for (let i = 0; i < 5; i++) await send(world, { text: "A document." }).catch(() => undefined);
    const counts = { JobsAdmitted: 2, "JobsRefused|code=queue_full": 3 };
    expect(await world.tallies.read()).toEqual(counts);
    expect(world.metrics.emitted).toHaveLength(5);
  });

  test("a repeat with the same Idempotency-Key is no admission", async () => {
    const world = createWorld();
    for (let i = 0; i < 3; i++) await send(world, { text: "A document." }, "once");
    expect(await world.tallies.read()).toEqual({ JobsAdmitted: 1 });
  });

  test("what is wrong with a document is the caller's matter and not counted", async () => {
    const world = createWorld();
    await expect(send(world, { text: "   " })).rejects.toMatchObject({ code: "empty_document" });
    await expect(retry("acme", "nobody", world, limits)).rejects.toMatchObject({
      code: "not_found",
    });
    expect(await world.tallies.read()).toEqual({});
  });

  test("a submission that could not be stored counts as unavailable", async () => {
    const world = createWorld();
    world.objects.put = () => Promise.reject(new Error("S3 is away"));
    await expect(send(world, { text: "A document." })).rejects.toMatchObject({
      code: "unavailable",
    });
    expect(await world.tallies.read()).toEqual({ "JobsRefused|code=unavailable": 1 });
  });
});

describe("GET /v1/metrics", () => {
  const everything = { ...limits, permits: { llm: 20, embeddings: 10 } };
  const deadLetters = { count: () => Promise.resolve(4) };

  test("shows an operator the gate, the caps, the counts and the dead letters", async () => {
    const world = createWorld();
    await send(world, { text: "A document." });
    const caller = { tenant: "acme", role: "operator" } as const;
    const text = await metricsText(caller, { ...world, deadLetters }, everything);
    for (const line of [
      "sluice_queue_size 1",
      "sluice_queue_capacity 1",
      "sluice_active_jobs 0",
      'sluice_permits_cap{dependency="embeddings"} 10',
      'sluice_breaker_state{dependency="llm"} 0',
      "sluice_jobs_admitted_total 1",
      "sluice_dead_letters 4",
    ]) {
      expect(text.split("\n")).toContain(line);
    }
  });

  test("is refused to a tenant", async () => {
    const caller = { tenant: "acme", role: "tenant" } as const;
    await expect(
      metricsText(caller, { ...createWorld(), deadLetters }, everything),
    ).rejects.toMatchObject({ code: "forbidden" });
  });
});
