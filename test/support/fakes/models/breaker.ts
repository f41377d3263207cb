import type { Dependency } from "../../../../lambdas/contract/vocabulary.ts";
import type { Breaker, Outcome } from "../../../../lambdas/models/breaker/breaker.ts";
import {
  type BreakerSettings,
  type BreakerState,
  type Caller,
  closedBreaker,
  enter,
  type FailureReason,
  record,
} from "../../../../lambdas/models/breaker/breaker-state.ts";
import { CircuitOpenError } from "../../../../lambdas/models/errors.ts";
import type { Clock } from "../../../../lambdas/platform/clock.ts";

export class MemoryBreaker implements Breaker {
  readonly #clock: Pick<Clock, "now">;
  readonly #settings: BreakerSettings;
  readonly #states: Record<Dependency, BreakerState> = {
    llm: closedBreaker,
    embeddings: closedBreaker,
  };

  constructor(settings: BreakerSettings, clock: Pick<Clock, "now">) {
    this.#settings = settings;
    this.#clock = clock;
  }

  async enter(dependency: Dependency, caller: Caller): Promise<{ epoch: number; probe: boolean }> {
    const way = enter(this.#states[dependency], caller, this.#settings, this.#clock.now());
    if (way.pass !== "call" && way.next !== undefined) this.#states[dependency] = way.next;
    if (way.pass !== "none") return { epoch: way.epoch, probe: way.pass === "probe" };
    throw new CircuitOpenError(
      `The breaker of ${dependency} is open for another ${way.retryAfterMs} ms.`,
    );
  }

  async record(
    dependency: Dependency,
    epoch: number,
    outcome: Outcome,
    call: string,
    reason?: FailureReason,
  ) {
    const what = { epoch, call, failed: outcome === "failure", reason };
    const breaker = this.#states[dependency];
    this.#states[dependency] = record(breaker, what, this.#settings, this.#clock.now());
  }

  async read(dependency: Dependency): Promise<BreakerState> {
    return this.#states[dependency];
  }
}
