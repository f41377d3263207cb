import { describe, expect, test } from "vitest";
import { healthSchema } from "../../../lambdas/contract/calls/health.ts";
import { health } from "../../../lambdas/http/health/health.ts";
import { createPipeline, type Pipeline } from "../../support/pipeline.ts";

const ask = (pipeline: Pipeline, role: "tenant" | "operator") =>
  health({ tenant: "acme", role }, pipeline.world, {
    ...pipeline.settings,
    permits: { llm: 20, embeddings: 15 },
    metadataPerJob: 10,
    version: "1.2.3",
  });

describe("health", () => {
  test("shows every key the queue size, and no more", async () => {
    const pipeline = createPipeline({ maxActive: 2 });
    await pipeline.submitMany(5);
    await pipeline.dispatch();
    const answer = await ask(pipeline, "tenant");
    expect(answer).toEqual({
      status: "ok",
      queue_size: 3,
      active_jobs: 2,
      intake: "open",
      version: "1.2.3",
    });
    expect(healthSchema.parse(answer)).toEqual(answer);
  });

  test("shows operators the limits, breakers and permits", async () => {
    const pipeline = createPipeline();
    await pipeline.world.limiter.take("llm", {
      leases: [...Array(7).keys()].map((i) => `job-1-metadata-0#run#${i}` as const),
      party: "job-1-metadata-0",
      jobId: "job",
      cap: 20,
      perJob: 10,
      untilMs: pipeline.world.clock.now() + 60_000,
    });
    const answer = await ask(pipeline, "operator");
    expect(answer).toMatchObject({
      status: "ok",
      limits: { max_queued: 100, max_active: 10, metadata_per_job: 10 },
      breakers: { llm: { state: "closed", failures: 0 } },
      permits: { llm: { in_use: 7, cap: 20 }, embeddings: { in_use: 0, cap: 15 } },
    });
    expect(healthSchema.parse(answer)).toEqual(answer);
  });

  test.each(["llm", "embeddings"] as const)(
    "is degraded while the breaker of %s is not closed",
    async (dependency) => {
      const pipeline = createPipeline({
        breaker: { threshold: 2, cooldownMs: 1_000, probeLeaseMs: 1_000 },
      });
      const { breaker, clock } = pipeline.world;
      await breaker.record(dependency, 0, "failure", "one");
      expect((await ask(pipeline, "tenant")).status).toBe("ok");
      await breaker.record(dependency, 0, "failure", "two");
      expect((await ask(pipeline, "tenant")).status).toBe("degraded");
      const open = { state: "open", failures: 2, opened_at: "2026-01-01T00:00:00.000Z" };
      expect((await ask(pipeline, "operator")).breakers?.[dependency]).toEqual(open);
      await clock.advance(1_000);
      await breaker.enter(dependency, { call: "two", party: "prober" });
      expect((await ask(pipeline, "operator")).breakers?.[dependency]?.state).toBe("half-open");
      expect((await ask(pipeline, "tenant")).status).toBe("degraded");
      await breaker.record(dependency, 2, "success", "two");
      expect((await ask(pipeline, "tenant")).status).toBe("ok");
    },
  );

  test("shows operators how a provider failed last", async () => {
    const pipeline = createPipeline();
    const { breaker, clock } = pipeline.world;
    const reason = { code: "provider_unavailable", message: "api.example answered 500." };
    await breaker.record("llm", 0, "failure", "one", reason);
    const answer = await ask(pipeline, "operator");
    const since = new Date(clock.now()).toISOString();
    expect(answer.breakers?.llm.last_failure).toEqual({ ...reason, since, count: 1 });
    expect(healthSchema.parse(answer)).toEqual(answer);
  });
});
