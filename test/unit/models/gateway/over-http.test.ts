/** The gateway with a real client and a real server, with short latencies and back-offs. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { addUsage, noUsage, type Usage } from "../../../../lambdas/accounting/usage.ts";
import type { ChunkMetadata } from "../../../../lambdas/contract/metadata.ts";
import { createModelGateway } from "../../../../lambdas/models/gateway/gateway.ts";
import { openAILanguageModel } from "../../../../lambdas/models/openai/openai-language-model.ts";
import type { Clock } from "../../../../lambdas/platform/clock.ts";
import {
  type FakeProvider,
  startFakeProvider,
} from "../../../support/fake-provider/fake-provider.ts";
import { MemoryBreaker } from "../../../support/fakes/models/breaker.ts";
import { MemoryLimiter } from "../../../support/fakes/models/limiter.ts";

/** Real time, with back-offs twenty times as short. */
const clock: Clock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms / 20)),
};
let provider: FakeProvider;
beforeAll(async () => {
  provider = await startFakeProvider();
});
beforeEach(() => provider.reset());
afterAll(() => provider.close());

test("a refused key shows in the breaker, with status and endpoint, and does not open it", async () => {
  provider.script({ apiKey: "sk-right" });
  const { breaker, run } = scene(1);
  await expect(run()).rejects.toThrow("Incorrect API key");
  provider.script({});
  expect(await breaker.read("llm")).toMatchObject({
    state: "closed",
    lastFailure: {
      code: "provider_misconfigured",
      status: 401,
      endpoint: provider.baseUrl.replace("http://", ""),
    },
  });
});

const texts = Array.from({ length: 40 }, (_, i) => `Sluice number ${i} holds the water back.`);

const describeAll = (jobs: number) => scene(jobs).run();

function scene(jobs: number) {
  const limiter = new MemoryLimiter(clock);
  const breaker = new MemoryBreaker(
    { threshold: 10, cooldownMs: 60_000, probeLeaseMs: 30_000 },
    clock,
  );
  const identity = { provider: provider.baseUrl, model: "m", recipe: "r" };
  const model = openAILanguageModel({ identity, clock });
  const gateway = createModelGateway(
    {
      limiter,
      breaker,
      clock,
      chance: { random: Math.random },
      timeout: (ms) => AbortSignal.timeout(ms),
    },
    {
      limits: { cap: { llm: 20, embeddings: 20 }, perJob: { llm: 10 } },
      callTimeoutMs: { llm: 10_000, embeddings: 10_000 },
    },
  );
  let usage: Usage = noUsage;
  const kept = new Set<string>();
  const batch = (job: number, number: number) =>
    gateway.run({
      dependency: "llm",
      party: `0${job}J-1-metadata-${number}`,
      run: "run",
      correlationId: `0${job}J-1`,
      deadlineMs: Date.now() + 60_000,
      fence: async () => undefined,
      spent: (more) => {
        usage = addUsage(usage, more);
      },
      calls: texts.slice(number * 20, number * 20 + 20).map((text) => ({
        key: `${job}: ${text}`,
        claim: async () => ({ kind: "ask", asks: 1 }),
        release: async () => undefined,
        exhausted: async (error) => {
          throw error;
        },
        invoke: (call) => model.describe({ text: `${job}: ${text}`, headings: [] }, call),
        keep: async (metadata: ChunkMetadata) => void kept.add(metadata.title),
        refused: async (error) => {
          throw error;
        },
      })),
    });
  const run = async () => {
    const batches = Array.from({ length: jobs }, (_, job) => [batch(job, 0), batch(job, 1)]);
    // Also when one fails: calls that go on would count in the next test.
    const ends = await Promise.allSettled(batches.flat());
    for (const end of ends) if (end.status === "rejected") throw end.reason as Error;
    return { usage, kept, inUse: await limiter.inUse("llm") };
  };
  return { breaker, run };
}

describe("the gateway over HTTP", () => {
  test("ten jobs at once fill the provider's twenty places and never one more", async () => {
    // Long beside what a busy machine takes to begin a call.
    provider.script({ latencyMs: { chat: { minMs: 200, maxMs: 400 } } });
    const { usage, inUse } = await describeAll(10);
    const summary = provider.summary("chat");
    expect(summary.peak).toBeLessThanOrEqual(20);
    expect(summary.peak).toBeGreaterThanOrEqual(18);
    expect(summary.peakPerJob).toBeLessThanOrEqual(10);
    expect(summary.repeated).toEqual({});
    expect(usage.llmCalls).toBe(400);
    expect(usage).toMatchObject({
      promptTokens: summary.promptTokens,
      completionTokens: summary.completionTokens,
    });
    expect(provider.connections).toBeLessThanOrEqual(40);
    expect(inUse).toBe(0);
  });

  test("of one in seven calls failing, every chunk recovers and none is paid twice", async () => {
    provider.script({
      seed: 3,
      faults: [
        { kind: "rate-limit", probability: 0.05, retryAfterSeconds: 1 },
        { kind: "server-error", probability: 0.05 },
        { kind: "malformed", probability: 0.05 },
      ],
    });
    const { usage, kept, inUse } = await describeAll(3);
    const summary = provider.summary("chat");
    expect(kept.size).toBe(120);
    expect(summary.ok).toBe(120);
    expect(summary.repeated).toEqual({});
    expect(summary.calls).toBeGreaterThan(125);
    expect(usage.llmCalls).toBe(summary.calls);
    expect(inUse).toBe(0);
  });
});
