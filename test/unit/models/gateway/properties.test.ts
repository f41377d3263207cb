import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  ProviderMisconfiguredError,
  ProviderRejectedError,
  ProviderThrottledError,
  ProviderUnavailableError,
} from "../../../../lambdas/models/errors.ts";
import { askDelaysMs, maxAsks, maxRetryAfterMs } from "../../../../lambdas/models/limits.ts";
import { JobCancelledError } from "../../../../lambdas/records/jobs/errors.ts";
import { type MadeAttempt, type Scenario, type ScriptedAttempt, scene } from "./scripted.ts";

const llmCallTimeoutMs = 30_000;
const latencyMs = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 5_000 }) },
  { weight: 1, arbitrary: fc.constant(Infinity) },
);
const error = fc.oneof(
  { weight: 30, arbitrary: fc.constant(undefined) },
  { weight: 6, arbitrary: fc.constant(new ProviderUnavailableError("down")) },
  {
    weight: 6,
    arbitrary: fc
      .option(fc.integer({ min: 0, max: 40_000 }), { nil: undefined })
      .map((retryAfterMs) => new ProviderThrottledError("slow", retryAfterMs)),
  },
  { weight: 3, arbitrary: fc.constant(new ProviderRejectedError("no")) },
  { weight: 1, arbitrary: fc.constant(new ProviderMisconfiguredError("wrong key")) },
  { weight: 1, arbitrary: fc.constant(new Error("a bug")) },
);
const scriptedAttempt: fc.Arbitrary<ScriptedAttempt> = fc
  .record({ latencyMs, error })
  .map(({ latencyMs, error }) => (error === undefined ? { latencyMs } : { latencyMs, error }));

const scenario = fc.record({
  calls: fc.array(fc.array(scriptedAttempt, { minLength: 1, maxLength: 5 }), { maxLength: 25 }),
  cap: fc.integer({ min: 1, max: 30 }),
  perJob: fc.integer({ min: 1, max: 30 }),
  askedBefore: fc.oneof(fc.constant(0), fc.nat(16)),
  timeLeftMs: fc.oneof(fc.constant(90_000), fc.integer({ min: 0, max: 90_000 })),
  closesAtMs: fc.oneof(
    { weight: 3, arbitrary: fc.constant(Infinity) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 60_000 }) },
  ),
  threshold: fc.integer({ min: 1, max: 30 }),
  seed: fc.integer(),
});

function sceneOf({
  cap,
  perJob,
  closesAtMs,
  threshold,
  ...rest
}: typeof scenario extends fc.Arbitrary<infer S> ? S : never) {
  const full: Scenario = {
    ...rest,
    breaker: { threshold, cooldownMs: 60_000, probeLeaseMs: 30_000 },
    options: {
      limits: { cap: { llm: cap, embeddings: cap }, perJob: { llm: perJob } },
    },
    fence: (nowMs) => {
      if (nowMs >= closesAtMs) throw new JobCancelledError("cancelled");
    },
  };
  return scene(full);
}

/** A retry starts no earlier than its delay, or than the provider asked, after the attempt before. */
function assertPatient(script: readonly ScriptedAttempt[], made: readonly MadeAttempt[]): void {
  made.slice(1).forEach((attempt, retry) => {
    const before = made[retry]!;
    const { error } = script[Math.min(retry, script.length - 1)]!;
    const hung = before.endedAtMs - before.startedAtMs >= llmCallTimeoutMs;
    const asked = !hung && error instanceof ProviderThrottledError ? (error.retryAfterMs ?? 0) : 0;
    const least = Math.max(askDelaysMs[retry % 3]!, Math.min(asked, maxRetryAfterMs));
    expect(attempt.startedAtMs - before.endedAtMs).toBeGreaterThanOrEqual(least);
  });
}

test("whatever providers do, a batch keeps to its permits, its time and its fence, and loses nothing", async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (given) => {
      const s = sceneOf(given);
      const failure = await s.outcome();

      for (const attempt of s.attempts) {
        expect(attempt.busy).toBeLessThanOrEqual(attempt.permits);
        expect(attempt.permits).toBeLessThanOrEqual(Math.min(given.cap, given.perJob));
        expect(attempt.startedAtMs + llmCallTimeoutMs).toBeLessThanOrEqual(given.timeLeftMs);
        expect(attempt.startedAtMs).toBeLessThanOrEqual(given.closesAtMs + 1_000);
        expect(attempt.endedAtMs - attempt.startedAtMs).toBeLessThanOrEqual(llmCallTimeoutMs);
      }
      expect(await s.limiter.inUse("llm")).toBe(0);
      expect(s.claimed).toEqual(new Set());
      expect(s.usage().llmCalls).toBe(s.attempts.length - s.broken());
      expect(s.kept.toSorted((a, b) => a - b)).toEqual(s.answered().toSorted((a, b) => a - b));
      given.calls.forEach((script, call) => {
        const made = s.attempts.filter((attempt) => attempt.call === call);
        expect(made.length).toBeLessThanOrEqual(maxAsks - given.askedBefore);
        assertPatient(script, made);
      });
      const settled = new Set([...s.kept, ...s.refused]);
      expect(settled.size === given.calls.length).toBe(failure === undefined);
    }),
    // A failure is told as it is: to shrink it takes longer than a test may.
    { numRuns: 400, endOnFailure: true },
  );
});
