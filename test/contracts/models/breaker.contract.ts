import { describe, expect, test } from "vitest";
import type { Breaker, Outcome } from "../../../lambdas/models/breaker/breaker.ts";
import type { BreakerSettings } from "../../../lambdas/models/breaker/breaker-state.ts";
import { CircuitOpenError } from "../../../lambdas/models/errors.ts";
import { StillClock } from "../../support/fakes/clock.ts";

export const breakerSettings: BreakerSettings = {
  threshold: 10,
  cooldownMs: 60_000,
  probeLeaseMs: 30_000,
};
const { threshold, cooldownMs, probeLeaseMs } = breakerSettings;
const numbers = (count: number) => [...Array(count).keys()];

/** `open` answers a maker of instances that share one new breaker. */
export function breakerContract(
  name: string,
  open: (clock: StillClock) => Promise<() => Breaker>,
): void {
  const opened = async () => {
    const clock = new StillClock();
    const instance = await open(clock);
    return { clock, instance, breaker: instance() };
  };
  /** Each outcome is another call's. */
  let calls = 0;
  const record = async (breaker: Breaker, epoch: number, outcomes: readonly Outcome[]) => {
    for (const outcome of outcomes) await breaker.record("llm", epoch, outcome, `call-${++calls}`);
  };
  const caller = (name: string) => ({ call: name, party: name });
  const failures = (count: number): Outcome[] => numbers(count).map(() => "failure");
  /** Open since now, in epoch 1. */
  const broken = async () => {
    const made = await opened();
    await record(made.breaker, 0, failures(threshold));
    return made;
  };
  /** One caller won the probe, in epoch 2. */
  const probing = async () => {
    const made = await broken();
    made.clock.skip(cooldownMs);
    expect(await made.breaker.enter("llm", caller("prober"))).toEqual({ epoch: 2, probe: true });
    return made;
  };
  const enterAll = async (instance: () => Breaker, callers: number) => {
    const ways = await Promise.allSettled(
      numbers(callers).map((number) => instance().enter("llm", caller(`caller-${number}`))),
    );
    const refused = ways.flatMap((way) => (way.status === "rejected" ? [way.reason as Error] : []));
    for (const reason of refused) expect(reason).toBeInstanceOf(CircuitOpenError);
    return ways.flatMap((way) => (way.status === "fulfilled" ? [way.value] : []));
  };

  describe(`breaker: ${name}`, () => {
    test("a new breaker is closed and lets everybody through", async () => {
      const { instance, breaker } = await opened();
      expect(await breaker.read("llm")).toEqual({ state: "closed", epoch: 0, failures: 0 });
      expect(await enterAll(instance, 5)).toEqual(
        numbers(5).map(() => ({ epoch: 0, probe: false })),
      );
    });

    test("it opens with the tenth failure in a row, not with the ninth", async () => {
      const { clock, breaker } = await opened();
      await record(breaker, 0, failures(threshold - 1));
      expect(await breaker.read("llm")).toMatchObject({ state: "closed", epoch: 0, failures: 9 });
      await record(breaker, 0, failures(1));
      expect(await breaker.read("llm")).toEqual({
        state: "open",
        epoch: 1,
        failures: 10,
        openedAtMs: clock.now(),
      });
      await expect(breaker.enter("llm", caller("caller"))).rejects.toThrow(CircuitOpenError);
    });

    test("it keeps the reason of the last failure until a call succeeds", async () => {
      const { clock, breaker } = await opened();
      const reason = { code: "provider_unavailable", message: "It answered 500." };
      await breaker.record("llm", 0, "failure", "one", reason);
      await breaker.record("llm", 0, "failure", "two", { ...reason, message: "It answered 502." });
      expect(await breaker.read("llm")).toMatchObject({
        lastFailure: {
          code: "provider_unavailable",
          message: "It answered 502.",
          sinceMs: clock.now(),
          count: 2,
        },
      });
      await breaker.record("llm", 0, "success", "three");
      expect(await breaker.read("llm")).toEqual({ state: "closed", epoch: 0, failures: 0 });
    });

    test("it is held until a provider's far time, for 6 hours at most, also by its probe", async () => {
      const { clock, breaker } = await opened();
      const hour = 3_600_000;
      const from = clock.now();
      const full = (retryAfterMs: number) =>
        ({ code: "provider_throttled", message: "full", retryAfterMs }) as const;
      await breaker.record("llm", 0, "failure", "full", full(hour));
      clock.skip(hour - 1);
      await expect(breaker.enter("llm", caller("caller"))).rejects.toThrow(CircuitOpenError);
      clock.skip(1);
      const { epoch } = await breaker.enter("llm", caller("caller"));
      await breaker.record("llm", epoch, "failure", "full", full(100 * hour));
      expect(await breaker.read("llm")).toMatchObject({
        state: "open",
        heldUntilMs: from + 7 * hour,
      });
      clock.skip(6 * hour);
      expect(await breaker.enter("llm", caller("caller"))).toMatchObject({ probe: true });
    });

    test("a success in between begins the count anew", async () => {
      const { breaker } = await opened();
      await record(breaker, 0, [...failures(9), "success", ...failures(9)]);
      expect(await breaker.read("llm")).toMatchObject({ state: "closed", failures: 9 });
      await record(breaker, 0, ["success"]);
      expect(await breaker.read("llm")).toEqual({ state: "closed", epoch: 0, failures: 0 });
    });

    test("one call that fails again and again counts once, and never opens it", async () => {
      const { breaker } = await opened();
      for (let times = 0; times < 3 * threshold; times++) {
        await breaker.record("llm", 0, "failure", "hangs");
      }
      expect(await breaker.read("llm")).toMatchObject({ state: "closed", epoch: 0, failures: 1 });
      await record(breaker, 0, failures(threshold - 2));
      expect(await breaker.read("llm")).toMatchObject({ state: "closed", failures: 9 });
      await record(breaker, 0, failures(1));
      expect(await breaker.read("llm")).toMatchObject({ state: "open", epoch: 1 });
    });

    test("who probed in vain lets another that waits go first", async () => {
      const { clock, instance, breaker } = await probing();
      const [bad, innocent] = [caller("prober"), caller("innocent")];
      await expect(instance().enter("llm", innocent)).rejects.toThrow(CircuitOpenError);
      await record(breaker, 2, ["failure"]);
      clock.skip(cooldownMs);
      await expect(instance().enter("llm", bad)).rejects.toThrow(CircuitOpenError);
      expect(await instance().enter("llm", innocent)).toEqual({ epoch: 4, probe: true });
      await record(breaker, 4, ["success"]);
      expect(await breaker.read("llm")).toMatchObject({ state: "closed", failures: 0 });
    });

    test("who probed in vain probes again when nobody else waits, or the other stays away", async () => {
      const { clock, instance, breaker } = await probing();
      await record(breaker, 2, ["failure"]);
      clock.skip(cooldownMs);
      const prober = caller("prober");
      expect(await instance().enter("llm", prober)).toEqual({ epoch: 4, probe: true });
      await expect(instance().enter("llm", caller("other"))).rejects.toThrow(CircuitOpenError);
      await record(breaker, 4, ["failure"]);
      clock.skip(cooldownMs);
      await expect(instance().enter("llm", prober)).rejects.toThrow(CircuitOpenError);
      clock.skip(2 * cooldownMs);
      expect(await instance().enter("llm", prober)).toEqual({ epoch: 6, probe: true });
    });

    test("successes of a healthy dependency leave it as it is", async () => {
      const { breaker } = await opened();
      await record(breaker, 0, ["success", "success"]);
      expect(await breaker.read("llm")).toEqual({ state: "closed", epoch: 0, failures: 0 });
    });

    test("failures seen by ten instances at once are all counted, and open it once", async () => {
      const { instance, breaker } = await opened();
      await Promise.all(
        numbers(9).map(() => instance().record("llm", 0, "failure", `call-${++calls}`)),
      );
      expect(await breaker.read("llm")).toMatchObject({ state: "closed", failures: 9 });
      await Promise.all(
        numbers(10).map(() => instance().record("llm", 0, "failure", `call-${++calls}`)),
      );
      expect(await breaker.read("llm")).toMatchObject({ state: "open", epoch: 1 });
    });

    test("an instance that counted nothing itself is told within a second", async () => {
      const { clock, instance, breaker } = await opened();
      const other = instance();
      expect(await other.enter("llm", caller("early"))).toEqual({ epoch: 0, probe: false });
      await record(breaker, 0, failures(threshold));
      clock.skip(1_000);
      await expect(other.enter("llm", caller("late"))).rejects.toThrow(CircuitOpenError);
    });

    test("it fails fast for the whole cool-down, and says how long", async () => {
      const { clock, instance } = await broken();
      clock.skip(cooldownMs - 1);
      expect(await enterAll(instance, 3)).toEqual([]);
      clock.skip(1);
      expect(await enterAll(instance, 1)).toEqual([{ epoch: 2, probe: true }]);
    });

    test("after the cool-down exactly one of 20 callers at once probes", async () => {
      const { clock, instance, breaker } = await broken();
      clock.skip(cooldownMs);
      expect(await enterAll(instance, 20)).toEqual([{ epoch: 2, probe: true }]);
      expect(await breaker.read("llm")).toMatchObject({
        state: "half-open",
        epoch: 2,
        probeUntilMs: clock.now() + probeLeaseMs,
      });
      expect(await enterAll(instance, 20)).toEqual([]);
    });

    test("the probe's success closes it, and all come through", async () => {
      const { clock, instance, breaker } = await probing();
      await record(breaker, 2, ["success"]);
      expect(await breaker.read("llm")).toEqual({ state: "closed", epoch: 3, failures: 0 });
      clock.skip(1);
      expect(await enterAll(instance, 3)).toEqual(
        numbers(3).map(() => ({ epoch: 3, probe: false })),
      );
    });

    test("the probe's failure opens it for another cool-down", async () => {
      const { clock, instance, breaker } = await probing();
      clock.skip(10_000);
      await record(breaker, 2, ["failure"]);
      expect(await breaker.read("llm")).toMatchObject({
        state: "open",
        epoch: 3,
        openedAtMs: clock.now(),
      });
      clock.skip(cooldownMs - 1);
      expect(await enterAll(instance, 3)).toEqual([]);
      clock.skip(1);
      expect(await enterAll(instance, 3)).toEqual([{ epoch: 4, probe: true }]);
    });

    test("a dead prober's lease ends: one other probes, and the dead one's outcome is nothing", async () => {
      const { clock, instance, breaker } = await probing();
      clock.skip(probeLeaseMs - 1);
      expect(await enterAll(instance, 5)).toEqual([]);
      clock.skip(1);
      expect(await enterAll(instance, 5)).toEqual([{ epoch: 3, probe: true }]);
      for (const outcome of ["success", "failure"] as const) {
        await record(breaker, 2, [outcome]);
        expect(await breaker.read("llm")).toMatchObject({ state: "half-open", epoch: 3 });
      }
      await record(breaker, 3, ["success"]);
      expect(await breaker.read("llm")).toMatchObject({ state: "closed", epoch: 4 });
    });

    test("outcomes of calls that began in an earlier epoch change nothing", async () => {
      const { clock, breaker } = await broken();
      const before = await breaker.read("llm");
      await record(breaker, 0, ["success", ...failures(20)]);
      expect(await breaker.read("llm")).toEqual(before);
      clock.skip(cooldownMs);
      await breaker.enter("llm", caller("prober"));
      await record(breaker, 2, ["success"]);
      await record(breaker, 0, failures(20));
      await record(breaker, 2, [...failures(20), "success"]);
      expect(await breaker.read("llm")).toEqual({ state: "closed", epoch: 3, failures: 0 });
      await record(breaker, 3, failures(threshold));
      expect(await breaker.read("llm")).toMatchObject({ state: "open", epoch: 4 });
    });

    test("each dependency has its own", async () => {
      const { breaker } = await broken();
      expect(await breaker.read("embeddings")).toEqual({ state: "closed", epoch: 0, failures: 0 });
      expect(await breaker.enter("embeddings", caller("caller"))).toEqual({
        epoch: 0,
        probe: false,
      });
    });
  });
}
