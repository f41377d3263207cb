import { describe, expect, test } from "vitest";
import { nextTryMs } from "../../../../lambdas/models/breaker/breaker-state.ts";
import {
  AnswerUnusableError,
  ProviderMisconfiguredError,
  ProviderRejectedError,
  ProviderThrottledError,
  ProviderUnavailableError,
} from "../../../../lambdas/models/errors.ts";
import { JobCancelledError } from "../../../../lambdas/records/jobs/errors.ts";
import { type ScriptedCall, scene } from "./scripted.ts";

const ok: ScriptedCall = [{ latencyMs: 1_000 }];
const down: ScriptedCall = [{ latencyMs: 100, error: new ProviderUnavailableError("down") }];
const times = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);
const starts = (s: ReturnType<typeof scene>, call: number) =>
  s.attempts.filter((a) => a.call === call).map((a) => a.startedAtMs);

describe("a batch", () => {
  test("makes every call, keeps every answer and gives its permits back", async () => {
    const s = scene({ calls: times(12, ok) });
    await s.run();
    expect(s.kept.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i));
    expect(s.usage()).toMatchObject({ llmCalls: 12, promptTokens: 120, completionTokens: 12 });
    expect(await s.limiter.inUse("llm")).toBe(0);
  });

  test("counts embeddings as embeddings", async () => {
    const s = scene({ calls: times(3, ok), dependency: "embeddings" });
    await s.run();
    expect(s.usage()).toMatchObject({ embeddingCalls: 3, embeddingTokens: 30, llmCalls: 0 });
  });

  test("uses all of its job's permits while no other batch lacks any", async () => {
    const s = scene({ calls: times(12, ok) });
    await s.run();
    expect(Math.max(...s.attempts.map((a) => a.busy))).toBe(10);
  });

  test("gives back what exceeds its share as its calls end, when another batch waits", async () => {
    const s = scene({ calls: times(40, ok) });
    const running = s.start();
    await s.clock.advance(500);
    expect(await s.limiter.inUse("llm")).toBe(10);
    // Three batches: a fair share of 20 is 6, and the other job holds the rest.
    const other = "02J-1-metadata-0";
    await s.limiter.take("llm", {
      leases: times(10, 0).map((_, i) => `${other}#run#${i}` as const),
      party: other,
      jobId: "02J",
      cap: 20,
      perJob: 10,
      untilMs: 60_000,
    });
    await s.limiter.announce("llm", "03J-1-metadata-0", 5_000);
    await s.clock.advance(1_500);
    expect(await s.limiter.inUse("llm")).toBe(10 + 6);
    await s.clock.during(running);
    expect(s.kept).toHaveLength(40);
  });

  test("takes what comes free while it has calls to make", async () => {
    const s = scene({ calls: times(20, [{ latencyMs: 5_000 }]) });
    const other = "02J-1-metadata-0";
    const leases = times(18, 0).map((_, i) => `${other}#run#${i}` as const);
    const caps = { cap: 20, perJob: 20, untilMs: 60_000 };
    await s.limiter.take("llm", { leases, party: other, jobId: "02J", ...caps });
    const running = s.start();
    await s.clock.advance(500);
    expect(await s.limiter.inUse("llm")).toBe(20);
    await s.limiter.give("llm", { leases, party: other });
    await s.clock.advance(1_000);
    expect(await s.limiter.inUse("llm")).toBe(10);
    await s.clock.during(running);
  });

  test("asks the fence of the next call, and claims it, while an answer is kept", async () => {
    const s = scene({
      calls: times(2, [{ latencyMs: 2_000 }]),
      options: { limits: { cap: { llm: 1, embeddings: 1 } } },
      fence: () => s.clock.sleep(200),
      claimMs: 150,
    });
    await s.run();
    const [first, second] = s.attempts;
    expect((second?.startedAtMs ?? 0) - (first?.endedAtMs ?? 0)).toBe(200);
  });

  test("begins no call while an answer is kept whose permit it gave back", async () => {
    const failsOnce = [{ latencyMs: 100, error: new ProviderUnavailableError("down") }, {}];
    const s = scene({ calls: [ok, failsOnce], keepMs: 500 });
    await s.run();
    expect(starts(s, 1)[1]).toBeGreaterThanOrEqual(1_500);
    expect(s.kept).toHaveLength(2);
  });

  test("claims anew what was claimed too long ago", async () => {
    const s = scene({ calls: [ok], fence: () => s.clock.sleep(10_000) });
    await s.run();
    expect(s.kept).toEqual([0]);
    expect(s.claimed).toEqual(new Set());
  });

  test("gives up the claims of calls whose turn does not come", async () => {
    const s = scene({
      calls: times(12, ok),
      options: { limits: { cap: { llm: 2, embeddings: 2 } } },
      fence: (nowMs) => {
        if (nowMs >= 2_000) throw new JobCancelledError("cancelled");
      },
    });
    expect(await s.outcome()).toBeInstanceOf(JobCancelledError);
    expect(s.kept.length).toBeLessThan(12);
    expect(s.claimed).toEqual(new Set());
  });

  test("spreads its starts, ten milliseconds for each", async () => {
    const s = scene({ calls: times(5, ok) });
    await s.run();
    const first = s.attempts.map((a) => a.startedAtMs);
    expect(new Set(first).size).toBe(5);
    expect(Math.max(...first)).toBeLessThanOrEqual(50);
    expect(Math.max(...first)).toBeGreaterThanOrEqual(40);
  });

  test("gives permits back one by one as its tail drains", async () => {
    const s = scene({
      calls: [[{ latencyMs: 1_000 }], [{ latencyMs: 2_000 }], [{ latencyMs: 9_000 }]],
    });
    const running = s.start();
    const inUse: number[] = [];
    for (const atMs of [500, 1_500, 2_500]) {
      await s.clock.advance(atMs - s.clock.now());
      inUse.push(await s.limiter.inUse("llm"));
    }
    await s.clock.during(running);
    expect(inUse).toEqual([3, 2, 1]);
  });

  test("without calls asks for nothing", async () => {
    const s = scene({ calls: [], fence: () => expect.fail("asked the fence") });
    await s.run();
    expect(s.attempts).toEqual([]);
  });
});

describe("an answer that is not in the form asked for", () => {
  const nonsense: ScriptedCall = [{ error: new AnswerUnusableError("not the JSON asked for") }];

  test("is asked for 4 times, and is never the breaker's business", async () => {
    const calls = times(15, nonsense);
    const s = scene({ calls, exhausted: () => undefined });
    await s.run();
    expect(s.exhausted).toHaveLength(15);
    expect(s.attempts).toHaveLength(4 * 15);
    expect(await s.breaker.read("llm")).toMatchObject({ state: "closed", failures: 0 });
  });
});

describe("a refused input", () => {
  const refusal: ScriptedCall = [{ error: new ProviderRejectedError("no") }];

  test("is asked once, told of, and the batch goes on", async () => {
    const s = scene({ calls: [ok, refusal, ok] });
    await s.run();
    expect(s.refused).toEqual([1]);
    expect(s.kept.toSorted((a, b) => a - b)).toEqual([0, 2]);
    expect(starts(s, 1)).toHaveLength(1);
    expect(s.usage().llmCalls).toBe(3);
  });

  test("ends the batch if the caller says so", async () => {
    const s = scene({
      calls: [refusal],
      refused: () => {
        throw new ProviderRejectedError("cannot be embedded");
      },
    });
    expect((await s.outcome())?.message).toBe("cannot be embedded");
  });

  test("is no failure to the breaker", async () => {
    const s = scene({ calls: times(15, refusal) });
    await s.run();
    expect(await s.breaker.read("llm")).toMatchObject({ state: "closed", failures: 0 });
  });
});

describe("the breaker", () => {
  test("ends the batch with CircuitOpenError, which spends no retry, when it opens", async () => {
    const s = scene({ calls: times(20, down) });
    expect((await s.outcome())?.name).toBe("CircuitOpenError");
    expect(s.attempts.length).toBeGreaterThanOrEqual(10);
    expect(s.attempts.length).toBeLessThan(10 + 10);
  });

  test("that is open lets no call through", async () => {
    const s = scene({ calls: times(5, ok) });
    for (let i = 0; i < 10; i++) await s.breaker.record("llm", 0, "failure", `other-${i}`);
    expect((await s.outcome())?.name).toBe("CircuitOpenError");
    expect(s.attempts).toEqual([]);
  });

  test("lets one probe through after the cool-down; when it succeeds the whole batch goes on", async () => {
    const s = scene({ calls: times(5, ok) });
    for (let i = 0; i < 10; i++) await s.breaker.record("llm", 0, "failure", `other-${i}`);
    await s.clock.advance(60_000);
    await s.run();
    expect(s.kept).toHaveLength(5);
    const [probe, ...others] = s.attempts;
    for (const other of others) expect(other.startedAtMs).toBeGreaterThanOrEqual(probe!.endedAtMs);
  });

  test("is not opened by one call that hangs, whatever its threshold", async () => {
    const hangs: ScriptedCall = [{ latencyMs: Infinity }];
    const breaker = { threshold: 2, cooldownMs: 60_000, probeLeaseMs: 30_000 };
    const s = scene({ calls: [hangs], breaker, timeLeftMs: 900_000, exhausted: () => undefined });
    await s.run();
    expect(s.attempts).toHaveLength(8);
    expect(await s.breaker.read("llm")).toMatchObject({
      state: "closed",
      failures: 1,
      lastFailure: {
        code: "provider_timeout",
        message:
          "The provider did not answer within 30 seconds. If this repeats, use a faster model, or raise the setting of its call time-out.",
      },
    });
  });

  test("does not count a model in this process that is slow", async () => {
    const hangs: ScriptedCall = [{ latencyMs: Infinity }];
    const breaker = { threshold: 2, cooldownMs: 60_000, probeLeaseMs: 30_000 };
    const options = { timeoutsCount: false };
    const s = scene({ calls: times(9, hangs), breaker, options, exhausted: () => undefined });
    await s.outcome();
    expect(await s.breaker.read("llm")).toMatchObject({ state: "closed", failures: 0 });
  });

  test("is held for as long as the provider asks when that is longer than a cool-down", async () => {
    const hour = 3_600_000;
    const full: ScriptedCall = [{ error: new ProviderThrottledError("full", hour) }, {}];
    const s = scene({ calls: [full] });
    expect((await s.outcome())?.name).toBe("CircuitOpenError");
    expect(s.attempts).toHaveLength(1);
    expect(nextTryMs(await s.breaker.read("llm"), { cooldownMs: 60_000 })).toBe(hour);
    await s.clock.advance(hour - 1 - s.clock.now());
    expect((await s.outcome())?.name).toBe("CircuitOpenError");
    expect(s.attempts).toHaveLength(1);
    await s.clock.advance(hour - s.clock.now());
    await s.run();
    expect(s.kept).toEqual([0]);
  });

  test("stays open when the probe fails, after that one call", async () => {
    const s = scene({ calls: times(5, down) });
    for (let i = 0; i < 10; i++) await s.breaker.record("llm", 0, "failure", `other-${i}`);
    await s.clock.advance(60_000);
    expect((await s.outcome())?.name).toBe("CircuitOpenError");
    expect(s.attempts).toHaveLength(1);
  });
});

/** All permits are another job's. */
async function holdAll({ limiter, clock }: ReturnType<typeof scene>) {
  const party = "02J-1-metadata-0" as const;
  const leases = times(20, 0).map((_, i) => `${party}#run#${i}` as const);
  const caps = { cap: 20, perJob: 20, untilMs: clock.now() + 60_000 };
  await limiter.take("llm", { leases, party, jobId: "02J", ...caps });
  return { leases, party };
}

describe("time, permits and the fence", () => {
  test("no call starts that could outlast the function; what is answered is kept", async () => {
    const s = scene({ calls: times(50, [{ latencyMs: 9_000 }]), timeLeftMs: 60_000 });
    expect((await s.outcome())?.name).toBe("BatchUnfinishedError");
    expect(Math.max(...s.attempts.map((a) => a.startedAtMs))).toBeLessThanOrEqual(60_000 - 30_000);
    expect(s.kept).toHaveLength(s.attempts.length);
    expect(s.kept.length).toBeGreaterThan(10);
  });

  test("waits for no retry that would come too late", async () => {
    const s = scene({
      calls: [[{ error: new ProviderThrottledError("slow", 20_000) }, {}]],
      timeLeftMs: 45_000,
    });
    expect((await s.outcome())?.name).toBe("BatchUnfinishedError");
    expect(s.clock.now()).toBeLessThan(1_000);
  });

  test("says CapacityUnavailableError when no permit comes free within 20 s", async () => {
    const s = scene({ calls: [ok] });
    await holdAll(s);
    expect((await s.outcome())?.name).toBe("CapacityUnavailableError");
    expect(s.clock.now()).toBeGreaterThanOrEqual(20_000);
    expect(s.clock.now()).toBeLessThan(21_000);
    expect(await s.limiter.inUse("llm")).toBe(20);
  });

  test("takes a permit that comes free meanwhile", async () => {
    const s = scene({ calls: [ok] });
    const held = await holdAll(s);
    void s.clock.sleep(5_000).then(() => s.limiter.give("llm", held));
    await s.run();
    expect(s.kept).toEqual([0]);
  });

  test("no call starts more than a second after the fence has closed", async () => {
    const s = scene({
      calls: times(100, [{ latencyMs: 300 }]),
      fence: (nowMs) => {
        if (nowMs >= 1_500) throw new JobCancelledError("cancelled");
      },
    });
    expect((await s.outcome())?.name).toBe("JobCancelledError");
    expect(Math.max(...s.attempts.map((a) => a.startedAtMs))).toBeLessThanOrEqual(2_500);
    expect(s.kept).toHaveLength(s.attempts.length);
  });

  test("the fence is asked once a second, not for each call", async () => {
    let asked = 0;
    const s = scene({ calls: times(50, [{ latencyMs: 300 }]), fence: () => void asked++ });
    await s.run();
    expect(asked).toBeLessThanOrEqual(Math.ceil(s.clock.now() / 1_000));
  });

  test("an answer that cannot be kept ends the batch with that error, and is still an answer to the breaker", async () => {
    const s = scene({
      calls: [ok],
      keep: () => {
        throw new Error("the table is gone");
      },
    });
    expect((await s.outcome())?.message).toBe("the table is gone");
    expect(await s.breaker.read("llm")).toMatchObject({ state: "closed", failures: 0 });
    expect(s.usage().llmCalls).toBe(1);
  });

  test("the error that another try cannot cure is the one thrown", async () => {
    const s = scene({
      calls: [
        [{ latencyMs: 500, error: new ProviderMisconfiguredError("wrong key") }],
        [{ error: new ProviderThrottledError("slow", 20_000) }],
      ],
      timeLeftMs: 40_000,
    });
    expect((await s.outcome())?.name).toBe("ProviderMisconfiguredError");
  });
});
