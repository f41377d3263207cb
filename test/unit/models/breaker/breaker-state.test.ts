import { describe, expect, test } from "vitest";
import { closedBreaker, enter, record } from "../../../../lambdas/models/breaker/breaker-state.ts";

const settings = { threshold: 10, cooldownMs: 60_000, probeLeaseMs: 30_000 };
const open = { state: "open", epoch: 1, failures: 10, openedAtMs: 1_000 } as const;
const halfOpen = {
  ...open,
  state: "half-open",
  epoch: 2,
  prober: "a",
  probeUntilMs: 91_000,
} as const;

const caller = { call: "text", party: "b" };
const passage = (...[breaker, , nowMs]: [Parameters<typeof enter>[0], unknown, number]) => {
  const { next: _, ...way } = { next: undefined, ...enter(breaker, caller, settings, nowMs) };
  return way;
};

describe("the way through a breaker", () => {
  test("is free while it is closed, in its epoch", () => {
    expect(passage(closedBreaker, settings, 0)).toEqual({ pass: "call", epoch: 0 });
  });

  test("is barred while it cools down, and says for how long; then one may probe", () => {
    expect(passage(open, settings, 1_000)).toEqual({ pass: "none", retryAfterMs: 60_000 });
    expect(passage(open, settings, 60_999)).toEqual({ pass: "none", retryAfterMs: 1 });
    expect(passage(open, settings, 61_000)).toEqual({ pass: "probe", epoch: 2 });
  });

  test("is barred while one probes; when its time is up another may", () => {
    expect(passage(halfOpen, settings, 90_999)).toEqual({ pass: "none", retryAfterMs: 1 });
    expect(passage(halfOpen, settings, 91_000)).toEqual({ pass: "probe", epoch: 3 });
  });
});

describe("the count of a breaker", () => {
  const failed = (call: string) => ({ epoch: 0, call, failed: true });

  test("is over distinct calls, and a success ends it", () => {
    const once = record(closedBreaker, failed("a"), settings, 0);
    expect(once).toMatchObject({ state: "closed", failures: 1 });
    expect(record(once, failed("a"), settings, 0)).toBe(once);
    const answered = record(once, { epoch: 0, call: "b", failed: false }, settings, 0);
    expect(answered).toEqual(closedBreaker);
  });

  test("never holds more calls than open it", () => {
    let breaker: Parameters<typeof enter>[0] = closedBreaker;
    for (let i = 0; i < 40; i++) breaker = record(breaker, failed(`call ${i}`), settings, i);
    expect(breaker).toEqual({ state: "open", epoch: 1, failures: 10, openedAtMs: 9 });
  });

  test("notes nothing of a party that waits already", () => {
    const way = enter(halfOpen, caller, settings, 90_000);
    const next = "next" in way && way.next ? way.next : halfOpen;
    expect(next).toMatchObject({ nextProber: { party: "b" } });
    expect(enter(next, caller, settings, 90_000)).not.toHaveProperty("next");
  });
});

test("a search that is turned away keeps no place: it does not come back", () => {
  const failed = { ...open, lastProber: "job" } as const;
  const search = { call: "query", party: "search-1" };
  expect(enter(failed, search, settings, 50_000)).toEqual({ pass: "none", retryAfterMs: 11_000 });
  expect(enter(failed, { call: "text", party: "other" }, settings, 50_000)).toHaveProperty("next");
});

describe("the last failure of a breaker", () => {
  const failing = (message: string, epoch = 0) => ({
    epoch,
    call: message,
    failed: true,
    reason: { code: "provider_unavailable", message },
  });
  const two = { ...settings, threshold: 2 };

  test("is the latest, counted from the first, through opening and failed probes", () => {
    let breaker = record(closedBreaker, failing("It answered 500."), two, 1_000);
    breaker = record(breaker, failing("It answered 502."), two, 2_000);
    expect(breaker).toMatchObject({ state: "open" });
    const probe = enter(breaker, caller, two, 62_000);
    const probing = "next" in probe && probe.next ? probe.next : breaker;
    breaker = record(probing, failing("It answered 503.", probing.epoch), two, 63_000);
    expect(breaker).toMatchObject({
      state: "open",
      lastFailure: {
        code: "provider_unavailable",
        message: "It answered 503.",
        sinceMs: 1_000,
        count: 3,
      },
    });
  });

  test("is kept of a call that is refused for its key, which opens nothing", () => {
    const at = { status: 401, endpoint: "api.example/v1" };
    const reason = { code: "provider_misconfigured", message: "Wrong key.", ...at };
    const refused = (call: string) => ({ epoch: 0, call, failed: false, reason });
    let breaker = record(closedBreaker, refused("a"), two, 1_000);
    for (const call of ["b", "c"]) breaker = record(breaker, refused(call), two, 2_000);
    expect(breaker).toEqual({
      state: "closed",
      epoch: 0,
      failures: 0,
      lastFailure: {
        code: "provider_misconfigured",
        message: "Wrong key.",
        ...at,
        sinceMs: 1_000,
        count: 3,
      },
    });
    const answered = record(breaker, { epoch: 0, call: "d", failed: false }, two, 3_000);
    expect(answered).toEqual(closedBreaker);
  });

  test("is gone once a call has succeeded", () => {
    const failed = record(closedBreaker, failing("It answered 500."), two, 1_000);
    const answered = record(failed, { epoch: 0, call: "b", failed: false }, two, 2_000);
    expect(answered).toEqual(closedBreaker);
  });
});
