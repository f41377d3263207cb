import type { Dependency } from "../../../../lambdas/contract/vocabulary.ts";
import type { Breaker, Outcome } from "../../../../lambdas/models/breaker/breaker.ts";
import {
  type BreakerSettings,
  type BreakerState,
  closedBreaker,
  passage,
} from "../../../../lambdas/models/breaker/breaker-state.ts";
import { CircuitOpenError } from "../../../../lambdas/models/errors.ts";
import type { Clock } from "../../../../lambdas/platform/clock.ts";

export class MemoryBreaker implements Breaker {
  readonly #clock: Clock;
  readonly #settings: BreakerSettings;
  readonly #states: Record<Dependency, BreakerState> = {
    llm: closedBreaker,
    embeddings: closedBreaker,
  };

  constructor(settings: BreakerSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  async enter(dependency: Dependency, caller: string): Promise<{ epoch: number; probe: boolean }> {
    const breaker = this.#states[dependency];
    const nowMs = this.#clock.now();
    const way = passage(breaker, this.#settings, nowMs);
    switch (way.pass) {
      case "call":
        return { epoch: way.epoch, probe: false };
      case "none":
        throw new CircuitOpenError(
          `The breaker of ${dependency} is open for another ${way.retryAfterMs} ms.`,
        );
      case "probe": {
        const epoch = way.epoch + 1;
        this.#states[dependency] = {
          state: "half-open",
          epoch,
          failures: breaker.failures,
          openedAtMs: breaker.state === "closed" ? nowMs : breaker.openedAtMs,
          prober: caller,
          probeUntilMs: nowMs + this.#settings.probeLeaseMs,
        };
        return { epoch, probe: true };
      }
    }
  }

  async record(dependency: Dependency, epoch: number, outcome: Outcome): Promise<void> {
    const breaker = this.#states[dependency];
    if (breaker.epoch !== epoch) return;
    const failures = outcome === "failure" ? breaker.failures + 1 : 0;
    const opened = { state: "open", failures, openedAtMs: this.#clock.now() } as const;
    switch (breaker.state) {
      case "closed":
        this.#states[dependency] =
          failures >= this.#settings.threshold
            ? { ...opened, epoch: epoch + 1 }
            : { state: "closed", epoch, failures };
        return;
      case "half-open":
        this.#states[dependency] =
          outcome === "failure"
            ? { ...opened, epoch: epoch + 1 }
            : { state: "closed", epoch: epoch + 1, failures: 0 };
        return;
      // No call begins while it is open.
      case "open":
    }
  }

  async read(dependency: Dependency): Promise<BreakerState> {
    return this.#states[dependency];
  }
}
