import { monotonicFactory } from "ulid";
import type { Chance, Clock } from "../../../lambdas/platform/clock.ts";

/** Chance that is the same for the same seed. */
export class SeededChance implements Chance {
  readonly #clock: Clock;
  readonly #ulid: (timeMs: number) => string;
  #state: number;

  constructor(clock: Clock, seed: number) {
    this.#clock = clock;
    this.#state = seed | 0;
    this.#ulid = monotonicFactory(() => this.random());
  }

  jobId(): string {
    return this.#ulid(this.#clock.now());
  }

  /** Weyl sequence through a 32-bit finaliser: plain, quick, and even enough for tests. */
  random(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let mixed = this.#state ^ (this.#state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  }
}
