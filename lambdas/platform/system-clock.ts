/** The system's clock and random numbers. */
import { monotonicFactory } from "ulid";
import type { Chance, Clock } from "./clock.ts";

const nextUlid = monotonicFactory();

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

export const systemChance: Chance = {
  jobId: () => nextUlid(),
  random: () => Math.random(),
};
