import type { Clock } from "../../../lambdas/platform/clock.ts";

interface Sleeper {
  readonly untilMs: number;
  readonly wake: () => void;
}

/** Time that moves only when a test moves it. */
export class ManualClock implements Clock {
  #nowMs: number;
  readonly #sleepers: Sleeper[] = [];

  constructor(startMs: number = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  sleep(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#sleepers.push({ untilMs: this.#nowMs + Math.max(0, ms), wake: resolve });
    return promise;
  }

  /** What `AbortSignal.timeout` is in real time. */
  readonly timeout = (ms: number): AbortSignal => {
    const controller = new AbortController();
    void this.sleep(ms).then(() => controller.abort());
    return controller.signal;
  };

  /** How many sleep. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  /** When the next sleeper wakes, in epoch milliseconds. */
  get nextWakeMs(): number | undefined {
    return this.#earliest()?.untilMs;
  }

  /** Moves time on at once; for those who keep the sleepers themselves. */
  skip(ms: number): void {
    this.#nowMs += ms;
  }

  /**
   * Moves time on, waking each sleeper at its own moment, also those that
   * begin to sleep on the way.
   */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    for (;;) {
      await settled();
      const next = this.#earliest();
      if (next === undefined || next.untilMs > endMs) break;
      this.#sleepers.splice(this.#sleepers.indexOf(next), 1);
      this.#nowMs = Math.max(this.#nowMs, next.untilMs);
      next.wake();
    }
    this.#nowMs = endMs;
  }

  /** Moves time from sleeper to sleeper until the work is done, and answers what it gives. */
  async during<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const end = () => {
      done = true;
    };
    work.then(end, end);
    for (;;) {
      await settled();
      if (done) return work;
      const next = this.nextWakeMs;
      if (next !== undefined) await this.advance(Math.max(0, next - this.#nowMs));
    }
  }

  #earliest(): Sleeper | undefined {
    return this.#sleepers.reduce<Sleeper | undefined>(
      (first, sleeper) =>
        first === undefined || sleeper.untilMs < first.untilMs ? sleeper : first,
      undefined,
    );
  }
}

/** A clock whose sleeps take no time but move it on: for tests of one line of work. */
export class SkippingClock implements Clock {
  #nowMs: number;
  /** The sleeps asked for, in order. */
  readonly sleptMs: number[] = [];

  constructor(startMs: number = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  async sleep(ms: number): Promise<void> {
    this.sleptMs.push(ms);
    this.#nowMs += ms;
  }

  skip(ms: number): void {
    this.#nowMs += ms;
  }
}

/** A clock that stands still but for what a test skips, while sleeps are real: for adapters of a real service. */
export class StillClock implements Clock {
  #nowMs: number;

  constructor(startMs: number = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  skip(ms: number): void {
    this.#nowMs += ms;
  }
}

/** Everything that can go on without time going on has done so. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
