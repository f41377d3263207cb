import { describe, expect, test } from "vitest";
import {
  ProviderMisconfiguredError,
  ProviderRejectedError,
  ProviderThrottledError,
  ProviderUnavailableError,
} from "../../../../lambdas/models/errors.ts";
import { type ScriptedCall, scene } from "./scripted.ts";

const ok: ScriptedCall = [{ latencyMs: 1_000 }];
const down: ScriptedCall = [{ latencyMs: 100, error: new ProviderUnavailableError("down") }];
const times = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);
const starts = (s: ReturnType<typeof scene>, call: number) =>
  s.attempts.filter((a) => a.call === call).map((a) => a.startedAtMs);

describe("while a provider answers nothing of a batch", () => {
  const silent = { isAnswered: () => false, patience: () => "hour" as const };

  test("asks come ever more seldom, and longer waits are left to the state machine", async () => {
    const s = scene({ calls: [down, down], ...silent });
    expect((await s.outcome())?.name).toBe("CircuitOpenError");
    const at = starts(s, 0);
    const waits = at.slice(1).map((start, i) => Math.floor((start - (at[i] ?? 0)) / 1_000));
    expect(waits).toEqual([1, 2, 4, 8, 15]);
    expect(await s.limiter.inUse("llm")).toBe(0);
  });

  test("the last asks are minutes apart, and still no more than 16", async () => {
    const later = scene({ calls: [down], ...silent, askedBefore: 14 });
    const failure = await later.outcome();
    expect(failure?.name).toBe("CircuitOpenError");
    expect(failure?.message).toContain("in 600 s");
    const last = scene({ calls: [down], ...silent, askedBefore: 15 });
    expect((await last.outcome())?.name).toBe("ProviderUnavailableError");
    expect(last.attempts).toHaveLength(1);
  });

  test("a call that hangs is given up within ten minutes", async () => {
    const s = scene({ calls: [[{ latencyMs: Infinity }]], ...silent, timeLeftMs: 600_000 });
    // The waits after its third ask are longer than a function waits.
    expect((await s.outcome())?.name).toBe("CircuitOpenError");
    const last = scene({ calls: [[{ latencyMs: Infinity }]], ...silent, askedBefore: 12 });
    expect((await last.outcome())?.message).toMatch(/in 60 s/);
  });
});

describe("a text that is asked about patiently", () => {
  const waitsOf = (s: ReturnType<typeof scene>) => {
    const at = starts(s, 0);
    return at.slice(1).map((start, i) => Math.floor((start - (at[i] ?? 0)) / 1_000));
  };
  const patience = () => "minutes" as const;

  /** Other parties get an answer each so many milliseconds, until a moment. */
  async function answered(s: ReturnType<typeof scene>, everyMs: number, untilMs: number) {
    while (s.clock.now() < untilMs) {
      await s.breaker.record("llm", 0, "success", "another text");
      await s.clock.sleep(everyMs);
    }
  }

  test("waits for seconds while others are answered, and longer once nobody is", async () => {
    const s = scene({ calls: [down], patience, timeLeftMs: 900_000 });
    const ended = s.outcome();
    void answered(s, 1_000, 12_000);
    expect((await ended)?.message).toContain("in 60 s");
    expect(waitsOf(s)).toEqual([1, 2, 4, 1, 2, 4, 1, 20, 20]);
  });

  test("is asked at most 16 times, which takes less than ten minutes", async () => {
    const first = scene({ calls: [down], patience, timeLeftMs: 900_000 });
    expect((await first.outcome())?.message).toContain("in 60 s");
    const waits = waitsOf(first);
    expect(waits).toEqual([1, 2, 4, 8, 15, 20, 20, 20, 20]);
    for (let asked = waits.length + 1; asked < 15; asked++) {
      const later = scene({ calls: [down], patience, askedBefore: asked });
      expect((await later.outcome())?.message).toContain("in 60 s");
      waits.push(60);
    }
    const last = scene({ calls: [down], patience, askedBefore: 15 });
    expect((await last.outcome())?.name).toBe("ProviderUnavailableError");
    expect(waits.reduce((sum, wait) => sum + wait, 60)).toBeLessThan(540);
  });

  test("waits for seconds while the breaker is open, whose cool-down is longer", async () => {
    const breaker = { threshold: 1, cooldownMs: 5_000, probeLeaseMs: 30_000 };
    const s = scene({ calls: [down], patience, breaker, askedBefore: 9 });
    expect((await s.outcome())?.message).toContain("The breaker of llm is open");
    expect(s.clock.now()).toBeLessThan(2_000);
  });

  test("is not taken to be at fault for being throttled, whoever else is answered", async () => {
    const throttled: ScriptedCall = [{ error: new ProviderThrottledError("slow down") }];
    const s = scene({ calls: [throttled], patience, timeLeftMs: 900_000 });
    const ended = s.outcome();
    void answered(s, 500, 120_000);
    expect((await ended)?.message).toContain("in 60 s");
    expect(waitsOf(s)).toEqual([1, 2, 4, 1, 2, 4, 1, 20, 20]);
  });
});

describe("before the first answer", () => {
  const refusing: ScriptedCall = [{ latencyMs: 500, error: new ProviderRejectedError("declined") }];

  test("at most twelve calls are begun", async () => {
    const refused: number[] = [];
    const s = scene({
      calls: times(25, refusing),
      isAnswered: () => false,
      refused: (index) => {
        refused.push(index);
        if (refused.length === 12) throw new Error("all are refused");
      },
    });
    expect((await s.outcome())?.message).toBe("all are refused");
    expect(s.attempts).toHaveLength(12);
  });

  test("all are begun when nobody gives the batch up", async () => {
    const s = scene({ calls: times(25, refusing), isAnswered: () => false });
    await s.outcome();
    expect(new Set(s.attempts.map(({ call }) => call)).size).toBe(25);
  });

  test("one answer lets the others begin", async () => {
    let isAnswered = false;
    const s = scene({
      calls: times(25, ok),
      isAnswered: () => isAnswered,
      keep: () => {
        isAnswered = true;
      },
    });
    expect(await s.outcome()).toBeUndefined();
    expect(s.attempts).toHaveLength(25);
  });
});

describe("a failing call", () => {
  test("is asked again after 1, 2 and 4 s, over and over, and given up after 16 asks", async () => {
    const s = scene({ calls: [down] });
    expect((await s.outcome())?.name).toBe("ProviderUnavailableError");
    const at = starts(s, 0);
    const waits = at.slice(1).map((start, i) => start - (at[i] ?? 0) - 100);
    expect(waits).toHaveLength(15);
    for (const [i, waitedMs] of waits.entries()) {
      const delayMs = [1_000, 2_000, 4_000][i % 3]!;
      expect(waitedMs).toBeGreaterThanOrEqual(delayMs);
      // A permit is looked for within a quarter of a second.
      expect(waitedMs).toBeLessThanOrEqual(delayMs + 400);
    }
    expect(s.usage()).toMatchObject({ llmCalls: 16, promptTokens: 0 });
  });

  test("that is given up does not end the batch, unless the caller says so", async () => {
    const s = scene({ calls: [down, ok, ok], exhausted: () => undefined });
    await s.run();
    expect([s.exhausted, s.kept.toSorted((a, b) => a - b)]).toEqual([[0], [1, 2]]);
  });

  test("that hangs is asked 8 times at most, over as many runs as it takes", async () => {
    const hangs: ScriptedCall = [{ latencyMs: Infinity }];
    const first = scene({ calls: [hangs, ok] });
    expect((await first.outcome())?.name).toBe("BatchUnfinishedError");
    expect(starts(first, 0)).toHaveLength(2);
    const last = scene({ calls: [hangs, ok], askedBefore: 14, exhausted: () => undefined });
    await last.run();
    expect([last.exhausted, starts(last, 0).length]).toEqual([[0], 1]);
  });

  test("is not asked at all when earlier runs have used up its asks", async () => {
    const s = scene({ calls: [down], askedBefore: 16, exhausted: () => undefined });
    await s.run();
    expect([s.exhausted, s.attempts]).toEqual([[0], []]);
  });

  test("waits without a permit, which serves other calls meanwhile", async () => {
    const slow: ScriptedCall = [{ error: new ProviderThrottledError("slow", 10_000) }, {}];
    const s = scene({ calls: [slow], timeLeftMs: 90_000 });
    const running = s.start();
    await s.clock.advance(2_000);
    expect([s.attempts.length, await s.limiter.inUse("llm")]).toEqual([1, 0]);
    await s.clock.during(running);
    expect(s.kept).toEqual([0]);
  });

  test("waits as long as the provider asks, up to 20 s", async () => {
    const throttled = (retryAfterMs: number) => ({
      error: new ProviderThrottledError("slow", retryAfterMs),
    });
    const s = scene({ calls: [[throttled(7_000), throttled(500), throttled(60_000), {}]] });
    await s.run();
    const at = starts(s, 0);
    const waits = at.slice(1).map((start, i) => Math.floor((start - (at[i] ?? 0)) / 100) * 100);
    expect(waits).toEqual([7_000, 2_000, 20_000]);
  });

  test("recovers, and only its last attempt has tokens", async () => {
    const s = scene({ calls: [[{ error: new ProviderUnavailableError("x") }, {}]] });
    await s.run();
    expect(s.kept).toEqual([0]);
    expect(s.usage()).toMatchObject({ llmCalls: 2, promptTokens: 10 });
  });

  test("that hangs is cancelled at its time-out, whatever its adapter then throws", async () => {
    const s = scene({ calls: [[{ latencyMs: Infinity }, {}]] });
    await s.run();
    expect(s.attempts.map((a) => a.endedAtMs - a.startedAtMs)).toEqual([30_000, 0]);
  });

  test("lets those in flight run out and keeps them, and starts no other", async () => {
    const failing: ScriptedCall = [{ error: new ProviderMisconfiguredError("wrong key") }];
    const s = scene({ calls: [failing, ...times(9, ok)] });
    expect((await s.outcome())?.name).toBe("ProviderMisconfiguredError");
    const started = new Set(s.attempts.map((a) => a.call));
    expect(started.size).toBeLessThan(10);
    expect(s.kept.length).toBe(started.size - 1);
    expect(await s.limiter.inUse("llm")).toBe(0);
  });

  test("does not hold up the end of a batch that another call has ended", async () => {
    const patient: ScriptedCall = [{ error: new ProviderThrottledError("slow", 20_000) }];
    const failing: ScriptedCall = [{ latencyMs: 500, error: new ProviderMisconfiguredError("x") }];
    const s = scene({ calls: [patient, failing] });
    await s.outcome();
    expect(s.clock.now()).toBeLessThan(1_000);
  });
});
