/** An open breaker lets nobody through but one probe at a time, after its cool-down, and by turns. */

import type { Dependency } from "../../../lambdas/contract/vocabulary.ts";
import type { Breaker } from "../../../lambdas/models/breaker/breaker.ts";
import type { BreakerSettings, Caller } from "../../../lambdas/models/breaker/breaker-state.ts";
import { CircuitOpenError } from "../../../lambdas/models/errors.ts";
import type { Clock } from "../../../lambdas/platform/clock.ts";
import { tapped } from "./tapped.ts";
import type { Verdict } from "./verdict.ts";

interface Seen {
  /** Distinct texts that failed in a row, in the epoch in which calls are let through. */
  epoch: number;
  failed: Set<string>;
  openedAtMs: number | undefined;
  probe: { readonly epoch: number; readonly untilMs: number } | undefined;
  /** Who probed last, while it is not closed. */
  prober: string | undefined;
  /** The first other party that was turned away since, and until when it goes before that one. */
  turn: { readonly party: string; readonly untilMs: number } | undefined;
}

const fresh = (): Seen => ({
  epoch: 0,
  failed: new Set(),
  openedAtMs: undefined,
  probe: undefined,
  prober: undefined,
  turn: undefined,
});

export class BreakerRules {
  readonly #seen: Record<Dependency, Seen> = { llm: fresh(), embeddings: fresh() };
  readonly #verdict: Verdict;
  readonly #settings: BreakerSettings;
  readonly #clock: Clock;
  opened = 0;
  probes = 0;

  constructor(verdict: Verdict, settings: BreakerSettings, clock: Clock) {
    this.#verdict = verdict;
    this.#settings = settings;
    this.#clock = clock;
  }

  watch(breaker: Breaker): Breaker {
    return tapped(this.#watchRefusals(breaker), {
      enter: ([dependency, caller], passed) => this.#entered(dependency, caller, passed),
      record: async ([dependency, epoch, outcome, call]) => {
        const seen = this.#seen[dependency];
        this.#recorded(seen, epoch, outcome === "failure" ? call : undefined);
        const { state } = await breaker.read(dependency);
        this.#verdict.require(
          state === "closed" || seen.openedAtMs !== undefined,
          "a breaker opens for distinct texts only",
          () => `${dependency} is ${state} after ${[...seen.failed].join(", ")}`,
        );
      },
    });
  }

  /** Whether a probe is under way, or a caller died over it. */
  isProbed(dependency: Dependency): boolean {
    return this.#seen[dependency].probe !== undefined;
  }

  #watchRefusals(breaker: Breaker): Breaker {
    return {
      enter: (dependency, caller) =>
        breaker.enter(dependency, caller).catch((error: unknown) => {
          if (error instanceof CircuitOpenError) this.#refused(dependency, caller);
          throw error;
        }),
      record: (...outcome) => breaker.record(...outcome),
      read: (dependency) => breaker.read(dependency),
    };
  }

  #refused(dependency: Dependency, { party }: Caller): void {
    const seen = this.#seen[dependency];
    const nowMs = this.#clock.now();
    const isTaken = seen.turn !== undefined && seen.turn.untilMs > nowMs;
    if (isTaken || seen.prober === undefined || seen.prober === party) return;
    const { cooldownMs, probeLeaseMs } = this.#settings;
    seen.turn = { party, untilMs: nowMs + 2 * cooldownMs + probeLeaseMs };
  }

  #entered(
    dependency: Dependency,
    { party }: Caller,
    { epoch, probe }: { epoch: number; probe: boolean },
  ): void {
    const seen = this.#seen[dependency];
    const nowMs = this.#clock.now();
    if (!probe) {
      this.#verdict.require(
        seen.openedAtMs === undefined,
        "an open breaker lets no call through",
        () => `${dependency} opened at ${seen.openedAtMs}, and a call passed at ${nowMs}`,
      );
      if (epoch > seen.epoch) Object.assign(seen, { epoch, failed: new Set() });
      return;
    }
    this.probes += 1;
    this.#verdict.require(
      seen.openedAtMs !== undefined && nowMs >= seen.openedAtMs + this.#settings.cooldownMs,
      "a probe waits for the cool-down",
      () => `${dependency} opened at ${seen.openedAtMs} and was probed at ${nowMs}`,
    );
    this.#verdict.require(
      seen.probe === undefined || nowMs >= seen.probe.untilMs,
      "one probe at a time",
      () => `${dependency} is probed until ${seen.probe?.untilMs}, and again at ${nowMs}`,
    );
    this.#verdict.require(
      seen.prober !== party || seen.turn === undefined || seen.turn.untilMs <= nowMs,
      "probes go round those that wait",
      () => `${party} probes ${dependency} again, though ${seen.turn?.party} was turned away`,
    );
    if (seen.turn?.party === party) seen.turn = undefined;
    seen.prober = party;
    seen.probe = { epoch, untilMs: nowMs + this.#settings.probeLeaseMs };
  }

  #recorded(seen: Seen, epoch: number, failed: string | undefined): void {
    if (seen.probe?.epoch === epoch) {
      seen.probe = undefined;
      seen.openedAtMs = failed === undefined ? undefined : this.#clock.now();
      // What began before the breaker opened counts no more, also once it is closed again.
      if (failed === undefined) {
        Object.assign(seen, { epoch, failed: new Set(), prober: undefined, turn: undefined });
      }
      return;
    }
    if (seen.openedAtMs !== undefined || epoch !== seen.epoch) return;
    if (failed === undefined) seen.failed.clear();
    else seen.failed.add(failed);
    if (seen.failed.size < this.#settings.threshold) return;
    seen.openedAtMs = this.#clock.now();
    this.opened += 1;
  }
}
