import { describe, expect, test } from "vitest";
import { closedBreaker, passage } from "../../../../lambdas/models/breaker/breaker-state.ts";

const settings = { threshold: 10, cooldownMs: 60_000, probeLeaseMs: 30_000 };
const open = { state: "open", epoch: 1, failures: 10, openedAtMs: 1_000 } as const;
const halfOpen = {
  ...open,
  state: "half-open",
  epoch: 2,
  prober: "a",
  probeUntilMs: 91_000,
} as const;

describe("the way through a breaker", () => {
  test("is free while it is closed, in its epoch", () => {
    expect(passage(closedBreaker, settings, 0)).toEqual({ pass: "call", epoch: 0 });
  });

  test("is barred while it cools down, and says for how long; then one may probe", () => {
    expect(passage(open, settings, 1_000)).toEqual({ pass: "none", retryAfterMs: 60_000 });
    expect(passage(open, settings, 60_999)).toEqual({ pass: "none", retryAfterMs: 1 });
    expect(passage(open, settings, 61_000)).toEqual({ pass: "probe", epoch: 1 });
  });

  test("is barred while one probes; when its time is up another may", () => {
    expect(passage(halfOpen, settings, 90_999)).toEqual({ pass: "none", retryAfterMs: 1 });
    expect(passage(halfOpen, settings, 91_000)).toEqual({ pass: "probe", epoch: 2 });
  });
});
