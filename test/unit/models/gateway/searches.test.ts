/** Searches beside batches that hold every permit, by the clock of a test. */
import { expect, test } from "vitest";
import { createModelGateway } from "../../../../lambdas/models/gateway/gateway.ts";
import type { Party } from "../../../../lambdas/models/limiter/share.ts";
import { SeededChance } from "../../../support/fakes/chance.ts";
import { ManualClock } from "../../../support/fakes/clock.ts";
import { MemoryBreaker } from "../../../support/fakes/models/breaker.ts";
import { MemoryLimiter } from "../../../support/fakes/models/limiter.ts";

const callMs = 1_500;

test("ten searches at once wait for one call's time at most, while batches hold all permits", async () => {
  const clock = new ManualClock(0);
  const chance = new SeededChance(clock, 1);
  const limiter = new MemoryLimiter(clock);
  const breaker = new MemoryBreaker(
    { threshold: 10, cooldownMs: 60_000, probeLeaseMs: 30_000 },
    clock,
  );
  const gateway = createModelGateway(
    { limiter, breaker, clock, chance, timeout: clock.timeout },
    {
      limits: { cap: { llm: 20, embeddings: 20 } },
      callTimeoutMs: { llm: 30_000, embeddings: 15_000 },
    },
  );
  let calls = 0;
  const run = (party: Party, count: number) =>
    gateway.run({
      dependency: "embeddings",
      party,
      run: "run",
      correlationId: party,
      calls: Array.from({ length: count }, (_, i) => ({
        key: `${party} ${i}`,
        claim: async () => ({ kind: "ask" as const, asks: 1 }),
        release: async () => undefined,
        invoke: async () => {
          calls += 1;
          await clock.sleep(callMs);
          return { value: i, usage: { promptTokens: 1, completionTokens: 0 } };
        },
        keep: () => clock.sleep(10),
        refused: async () => undefined,
        exhausted: async () => undefined,
      })),
      deadlineMs: clock.now() + 600_000,
      fence: async () => undefined,
      spent: () => undefined,
    });
  const jobs = Array.from({ length: 10 }, (_, job) => run(`job${job}-1-embeddings-0`, 40));
  await clock.advance(10_000);
  expect(await limiter.inUse("embeddings")).toBe(20);
  const tookMs = await clock.during(
    Promise.all(
      Array.from({ length: 10 }, async (_, number) => {
        const startedMs = clock.now();
        await run(`search-${number}`, 1);
        return clock.now() - startedMs;
      }),
    ),
  );
  expect(Math.max(...tookMs)).toBeLessThanOrEqual(callMs + callMs + 1_000);
  await clock.during(Promise.all(jobs));
  expect(calls).toBe(10 * 40 + 10);
  expect(await limiter.read("embeddings")).toEqual({ held: {}, waiting: {} });
});
