/** An open breaker lets nobody through but one probe at a time, after its cool-down. */

import type { Dependency } from "../../../lambdas/contract/vocabulary.ts";
import type { Breaker } from "../../../lambdas/models/breaker/breaker.ts";
import type { BreakerSettings } from "../../../lambdas/models/breaker/breaker-state.ts";
import type { Clock } from "../../../lambdas/platform/clock.ts";
import { tapped } from "./tapped.ts";
import type { Verdict } from "./verdict.ts";

interface Seen {
  /** Distinct texts that failed in a row, in the epoch in which calls are let through. */
  epoch: number;
  failed: Set<string>;
  openedAtMs: number | undefined;
  probe: { readonly epoch: number; readonly untilMs: number } | undefined;
}

const fresh = (): Seen => ({
  epoch: 0,
  failed: new Set(),
  openedAtMs: undefined,
  probe: undefined,
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
    return tapped(breaker, {
      enter: ([dependency], passed) => this.#entered(dependency, passed),
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

  #entered(dependency: Dependency, { epoch, probe }: { epoch: number; probe: boolean }): void {
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
    seen.probe = { epoch, untilMs: nowMs + this.#settings.probeLeaseMs };
  }

  #recorded(seen: Seen, epoch: number, failed: string | undefined): void {
    if (seen.probe?.epoch === epoch) {
      seen.probe = undefined;
      seen.openedAtMs = failed === undefined ? undefined : this.#clock.now();
      // What began before the breaker opened counts no more, also once it is closed again.
      if (failed === undefined) Object.assign(seen, { epoch, failed: new Set() });
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
