/**
 * How many permits are busy, by the clock of a test: batches of many jobs on
 * one limiter whose requests take their time. `npm run test:load` measures the
 * same on the deployed app.
 */
import { describe, expect, test } from "vitest";
import {
  CapacityUnavailableError,
  ProviderThrottledError,
} from "../../../../lambdas/models/errors.ts";
import { createModelGateway } from "../../../../lambdas/models/gateway/gateway.ts";
import type { GatewayCall } from "../../../../lambdas/models/gateway/model-gateway.ts";
import type { Party } from "../../../../lambdas/models/limiter/share.ts";
import { SeededChance } from "../../../support/fakes/chance.ts";
import { ManualClock } from "../../../support/fakes/clock.ts";
import { MemoryBreaker } from "../../../support/fakes/models/breaker.ts";
import { observed } from "../../../support/fakes/models/calls.ts";
import { MemoryLimiter } from "../../../support/fakes/models/limiter.ts";

const cap = 20;
const active = 10;

interface Load {
  readonly jobs: number;
  /** Calls of each batch; two batches of a job run at once. */
  readonly batches: readonly number[];
  /** What a job takes before its first call, and after its last. */
  readonly aroundMs: number;
  /** Of a request to the table; on a laptop they take longer. @default 8 */
  readonly requestMs?: number;
  /** @default 1,500 */
  readonly callMs?: number;
  /** Share of calls that are answered 429. @default 0 */
  readonly throttled?: number;
}

async function measure(load: Load) {
  const { jobs, batches, aroundMs, requestMs = 8, callMs = 1_500, throttled = 0 } = load;
  const clock = new ManualClock(0);
  const chance = new SeededChance(clock, 1);
  const slow = <Port extends object>(name: string, port: Port) =>
    observed(name, port, ({ method, phase }) => {
      if (phase === "after") return;
      if (method === "read") looks += 1;
      return clock.sleep(requestMs);
    });
  let looks = 0;
  const limiter = slow("limiter", new MemoryLimiter(clock));
  const breaker = new MemoryBreaker(
    { threshold: 10, cooldownMs: 60_000, probeLeaseMs: 30_000 },
    clock,
  );
  const gateway = createModelGateway(
    { limiter, breaker, clock, chance, timeout: clock.timeout },
    {
      limits: { cap: { llm: cap, embeddings: cap }, perJob: { llm: 10 } },
      callTimeoutMs: { llm: 30_000, embeddings: 15_000 },
    },
  );
  const calls: { startedMs: number; endedMs: number }[] = [];
  const firstStarts = new Map<string, number>();
  const inFlight = new Map<number, number>();
  let peak = 0;
  let peakOfJob = 0;

  const callOf = (job: number, index: number): GatewayCall<number> => ({
    key: `${job}-${index}`,
    claim: async () => {
      await clock.sleep(requestMs);
      return { kind: "ask", asks: 1 };
    },
    release: () => clock.sleep(requestMs),
    invoke: async () => {
      const call = { startedMs: clock.now(), endedMs: Infinity };
      calls.push(call);
      const key = `${job}-${index}`;
      if (!firstStarts.has(key)) firstStarts.set(key, call.startedMs);
      inFlight.set(job, (inFlight.get(job) ?? 0) + 1);
      peakOfJob = Math.max(peakOfJob, inFlight.get(job) ?? 0);
      peak = Math.max(
        peak,
        [...inFlight.values()].reduce((sum, count) => sum + count, 0),
      );
      await clock.sleep(callMs);
      inFlight.set(job, (inFlight.get(job) ?? 1) - 1);
      call.endedMs = clock.now();
      if (chance.random() < throttled) throw new ProviderThrottledError("slow", 1_000);
      return { value: index, usage: { promptTokens: 1, completionTokens: 1 } };
    },
    keep: () => clock.sleep(requestMs),
    refused: async () => undefined,
    exhausted: async () => undefined,
  });

  const runBatch = async (job: number, batch: number, count: number) => {
    const party: Party = `job${job}-1-metadata-${batch}`;
    for (let run = 0; ; run++) {
      try {
        await gateway.run({
          dependency: "llm",
          party,
          run: `${run}`,
          correlationId: party,
          calls: Array.from({ length: count }, (_, i) => callOf(job, batch * 1_000 + i)),
          deadlineMs: clock.now() + 600_000,
          fence: () => clock.sleep(requestMs),
          spent: () => undefined,
        });
        return;
      } catch (error) {
        if (!(error instanceof CapacityUnavailableError)) throw error;
        await clock.sleep(5_000);
      }
    }
  };
  const runJob = async (job: number) => {
    await clock.sleep(aroundMs * (0.75 + chance.random() / 2));
    let next = 0;
    const lane = async () => {
      while (next < batches.length) {
        const batch = next++;
        await runBatch(job, batch, batches[batch] ?? 0);
      }
    };
    await Promise.all([lane(), lane()]);
    await clock.sleep(aroundMs);
  };
  let next = 0;
  const slot = async () => {
    while (next < jobs) await runJob(next++);
  };
  await clock.during(Promise.all(Array.from({ length: active }, slot)));
  const first = Math.min(...calls.map(({ startedMs }) => startedMs));
  // Until then there is a call that nobody has started.
  const last = Math.max(...firstStarts.values());
  const from = first + 1_000;
  const spent = calls.reduce(
    (sum, call) => sum + Math.max(0, Math.min(call.endedMs, last) - Math.max(call.startedMs, from)),
    0,
  );
  return {
    peak,
    peakOfJob,
    made: calls.length,
    busy: spent / (last - from),
    /** Of what the permits allow. */
    span:
      (Math.max(...calls.map(({ endedMs }) => endedMs)) - first) / ((calls.length * callMs) / cap),
    /** Reads of the permits for each call. */
    looks: looks / calls.length,
  };
}

describe("permits are busy", () => {
  test("with 60 documents of 9 chunks, though each has one batch", async () => {
    const { peak, made, busy, span, looks } = await measure({
      jobs: 60,
      batches: [9],
      aroundMs: 1_000,
    });
    expect([peak, made]).toEqual([cap, 540]);
    expect(busy).toBeGreaterThanOrEqual(0.9 * cap);
    expect(span).toBeLessThanOrEqual(1.15);
    // The last calls of a batch bring none.
    expect(looks).toBeLessThanOrEqual(1.4);
  });

  test("with 60 documents of 9 chunks on a laptop, whose table takes its time", async () => {
    const { busy, span } = await measure({
      jobs: 60,
      batches: [9],
      aroundMs: 1_000,
      requestMs: 25,
    });
    expect(busy).toBeGreaterThanOrEqual(0.9 * cap);
    expect(span).toBeLessThanOrEqual(1.15);
  });

  test("with 10 documents of 50 chunks", async () => {
    const { peak, peakOfJob, made, busy, span } = await measure({
      jobs: 10,
      batches: [25, 25],
      aroundMs: 1_000,
    });
    expect([peak, made]).toEqual([cap, 500]);
    expect(peakOfJob).toBeLessThanOrEqual(10);
    expect(busy).toBeGreaterThanOrEqual(0.9 * cap);
    expect(span).toBeLessThanOrEqual(1.2);
  });

  test("with one document of 50 chunks, up to its own cap", async () => {
    const { peakOfJob, made, span } = await measure({
      jobs: 1,
      batches: [25, 25],
      aroundMs: 1_000,
    });
    expect([peakOfJob, made]).toEqual([10, 50]);
    // Its own cap is half of all permits.
    expect(span).toBeLessThanOrEqual(2 * 1.1);
  });

  test("when three in ten calls are answered 429", async () => {
    const { peak, busy } = await measure({
      jobs: 10,
      batches: [25, 25],
      aroundMs: 1_000,
      throttled: 0.3,
    });
    expect(peak).toBe(cap);
    expect(busy).toBeGreaterThanOrEqual(0.9 * cap);
  });

  test("and long calls bring hardly more looks at them than short ones", async () => {
    const load = { jobs: 10, batches: [25, 25], aroundMs: 1_000 };
    const short = await measure(load);
    const long = await measure({ ...load, callMs: 6_000 });
    expect(long.busy).toBeGreaterThanOrEqual(0.9 * cap);
    expect(long.looks).toBeLessThanOrEqual(1.5 * short.looks);
  });
});
