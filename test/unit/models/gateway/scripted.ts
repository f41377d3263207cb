/** Runs a batch of scripted calls through the gateway, by a clock of its own, and notes all that happens. */

import { addUsage, noUsage, type Usage } from "../../../../lambdas/accounting/usage.ts";
import type { Dependency } from "../../../../lambdas/contract/vocabulary.ts";
import type { BreakerSettings } from "../../../../lambdas/models/breaker/breaker-state.ts";
import { ProviderTimeoutError } from "../../../../lambdas/models/errors.ts";
import {
  createModelGateway,
  type GatewayOptions,
} from "../../../../lambdas/models/gateway/gateway.ts";
import type { GatewayCall } from "../../../../lambdas/models/gateway/model-gateway.ts";
import { maxAsks, type Patience } from "../../../../lambdas/models/limits.ts";
import type { Answer, CallOptions } from "../../../../lambdas/models/models.ts";
import { SluiceError } from "../../../../lambdas/platform/tasks/task-error.ts";
import { SeededChance } from "../../../support/fakes/chance.ts";
import { ManualClock } from "../../../support/fakes/clock.ts";
import { MemoryBreaker } from "../../../support/fakes/models/breaker.ts";
import { MemoryLimiter } from "../../../support/fakes/models/limiter.ts";

/** One attempt: how long it takes, and the error it ends with. `Infinity` hangs until the signal. */
export interface ScriptedAttempt {
  readonly latencyMs?: number;
  readonly error?: Error;
}
/** The attempts of one call; the last one stands for all further ones. */
export type ScriptedCall = readonly ScriptedAttempt[];

export interface Scenario {
  readonly calls: readonly ScriptedCall[];
  readonly dependency?: Dependency;
  readonly options?: Partial<GatewayOptions>;
  /** @default 90 s */
  readonly timeLeftMs?: number;
  /** Asked before calls; throws to stop them. */
  readonly fence?: (nowMs: number) => void | Promise<void>;
  /** What a claim takes. @default 0 */
  readonly claimMs?: number;
  /** What keeping an answer takes. @default 5 */
  readonly keepMs?: number;
  readonly keep?: (index: number) => void;
  readonly refused?: (index: number) => void;
  /** Called for a call that has no ask left; throws to end the batch. @default it throws the failure */
  readonly exhausted?: (index: number, error: Error) => void;
  /** @default always */
  readonly isAnswered?: () => boolean;
  readonly patience?: () => Patience;
  /** Asks of an earlier run. @default none */
  readonly askedBefore?: number;
  readonly breaker?: BreakerSettings;
  readonly seed?: number;
}

export interface MadeAttempt {
  readonly call: number;
  readonly startedAtMs: number;
  endedAtMs: number;
  /** Permits leased when it started. */
  readonly permits: number;
  /** Calls of the batch in flight or not yet kept, itself included. */
  readonly busy: number;
}

export function scene(scenario: Scenario) {
  const clock = new ManualClock(0);
  const limiter = new MemoryLimiter(clock);
  const breaker = new MemoryBreaker(
    scenario.breaker ?? { threshold: 10, cooldownMs: 60_000, probeLeaseMs: 30_000 },
    clock,
  );
  const dependency = scenario.dependency ?? "llm";
  const attempts: MadeAttempt[] = [];
  const kept: number[] = [];
  const refused: number[] = [];
  const exhausted: number[] = [];
  const asks = new Map<number, number>();
  const failedAtMs = new Map<number, number>();
  const answered: number[] = [];
  /** Calls that are claimed and neither kept nor released. */
  const claimed = new Set<number>();
  let broken = 0;
  let usage: Usage = noUsage;
  let busy = 0;

  const gateway = createModelGateway(
    {
      limiter,
      breaker,
      clock,
      chance: new SeededChance(clock, scenario.seed ?? 1),
      timeout: clock.timeout,
    },
    {
      limits: { cap: { llm: 20, embeddings: 20 }, perJob: { llm: 10 } },
      callTimeoutMs: { llm: 30_000, embeddings: 15_000 },
      ...scenario.options,
    },
  );

  const call = (script: ScriptedCall, index: number): GatewayCall<number> => ({
    key: `text-${index}`,
    async claim() {
      if (scenario.claimMs !== undefined) await clock.sleep(scenario.claimMs);
      const count = (asks.get(index) ?? scenario.askedBefore ?? 0) + 1;
      if (count > maxAsks) return { kind: "spent", failure: new ProviderTimeoutError("noted") };
      asks.set(index, count);
      claimed.add(index);
      return { kind: "ask", asks: count, failedAtMs: failedAtMs.get(index) };
    },
    async release(unanswered) {
      claimed.delete(index);
      asks.set(index, (asks.get(index) ?? 0) + unanswered.asks);
      if (unanswered.failure?.atMs !== undefined) failedAtMs.set(index, unanswered.failure.atMs);
    },
    async exhausted(error) {
      exhausted.push(index);
      if (scenario.exhausted === undefined) throw error;
      scenario.exhausted(index, error);
    },
    async invoke({ signal }: CallOptions): Promise<Answer<number>> {
      const made = attempts.filter((attempt) => attempt.call === index).length;
      const { latencyMs = 0, error } = script[Math.min(made, script.length - 1)] ?? {};
      busy += 1;
      const attempt = {
        call: index,
        startedAtMs: clock.now(),
        endedAtMs: Number.NaN,
        permits: await limiter.inUse(dependency),
        busy,
      };
      attempts.push(attempt);
      try {
        await Promise.race([
          latencyMs === Infinity ? new Promise(() => undefined) : clock.sleep(latencyMs),
          aborted(signal),
        ]);
        if (error !== undefined) throw error;
        answered.push(index);
        return { value: index, usage: { promptTokens: 10, completionTokens: 1 } };
      } catch (thrown) {
        busy -= 1;
        if (!signal.aborted && !(thrown instanceof SluiceError)) broken += 1;
        throw thrown;
      } finally {
        attempt.endedAtMs = clock.now();
      }
    },
    async keep(value) {
      // Keeping takes a while, in which the permit must not serve another call.
      await clock.sleep(scenario.keepMs ?? 5);
      busy -= 1;
      scenario.keep?.(value);
      claimed.delete(index);
      kept.push(value);
    },
    async refused() {
      claimed.delete(index);
      scenario.refused?.(index);
      refused.push(index);
    },
  });

  const start = () =>
    gateway.run({
      dependency,
      party: "01J-1-metadata-0",
      run: "run",
      correlationId: "01J-1",
      calls: scenario.calls.map(call),
      ...(scenario.isAnswered === undefined ? {} : { isAnswered: scenario.isAnswered }),
      ...(scenario.patience === undefined ? {} : { patience: scenario.patience }),
      deadlineMs: clock.now() + (scenario.timeLeftMs ?? 90_000),
      fence: async () => scenario.fence?.(clock.now()),
      spent: (more) => {
        usage = addUsage(usage, more);
      },
    });
  const run = () => clock.during(start());

  return {
    clock,
    limiter,
    breaker,
    attempts,
    kept,
    refused,
    exhausted,
    claimed,
    /** Calls that the provider answered, whether or not they were kept. */
    answered: () => answered,
    /** Attempts that failed by no provider's doing. */
    broken: () => broken,
    /** Begins; the test moves the clock. */
    start,
    /** Runs to the end, moving the clock as far as it takes. */
    run,
    usage: () => usage,
    /** The error that the batch ended with, or nothing. */
    outcome: () =>
      run().then(
        () => undefined,
        (error: unknown) => error as Error,
      ),
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  return promise;
}
