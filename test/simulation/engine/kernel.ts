/**
 * Time and turns. Whatever happens in a simulation is an event at a moment;
 * the earliest runs next, and among equals chance decides. Between two events
 * everything that can go on does, so one event is one atomic step.
 */
import type { Clock } from "../../../lambdas/platform/clock.ts";
import { SeededChance } from "../../support/fakes/chance.ts";
import type { ManualClock } from "../../support/fakes/clock.ts";

export interface Timer {
  cancelled: boolean;
  readonly atMs: number;
  readonly tie: number;
  readonly run: () => void;
}

export class Kernel implements Clock {
  /** The clock of the fakes; only the kernel moves it. */
  readonly clock: ManualClock;
  readonly #chance: SeededChance;
  /** Latest first, so that the next one is at the end. */
  readonly #timers: Timer[] = [];
  /** Events so far: an order finer than time. */
  steps = 0;

  constructor(clock: ManualClock, seed: number) {
    this.clock = clock;
    this.#chance = new SeededChance(clock, seed);
  }

  now(): number {
    return this.clock.now();
  }

  /** From 0 to below 1. */
  random(): number {
    return this.#chance.random();
  }

  /** An integer from `least` to `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  happens(probability: number): boolean {
    return probability > 0 && this.random() < probability;
  }

  after(ms: number, run: () => void): Timer {
    const timer = { cancelled: false, atMs: this.now() + ms, tie: this.random(), run };
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#timers[middle];
      if (other !== undefined && isBefore(timer, other)) low = middle + 1;
      else high = middle;
    }
    this.#timers.splice(low, 0, timer);
    return timer;
  }

  sleep(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.after(ms, resolve);
    return promise;
  }

  /** Runs events until `done`, or none is left. */
  async run(done: () => boolean): Promise<void> {
    for (;;) {
      await settled();
      if (done()) return;
      const timer = this.#next();
      if (timer === undefined) return;
      this.steps += 1;
      this.clock.skip(timer.atMs - this.now());
      timer.run();
    }
  }

  #next(): Timer | undefined {
    let timer = this.#timers.pop();
    while (timer?.cancelled) timer = this.#timers.pop();
    return timer;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.tie < b.tie);
}

/** Every promise that can go on without another event has done so. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
