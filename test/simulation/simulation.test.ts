/**
 * Everything between submission and end, interleaved at every port call, under
 * all that can go wrong: the rules of `rules/` hold at every step, and at rest.
 */
import { describe, expect, test } from "vitest";
import { type Campaign, replay, run } from "./engine/campaign.ts";
import { type Family, families } from "./engine/scenario.ts";

const all = Object.keys(families) as Family[];

/** The same schedules each time, so that a failure is the change's; `npm run test:simulation` takes others. */
const seed = 20_260_101;

/** 4,000 schedules in all. */
const campaigns: readonly (readonly [string, readonly Family[], number])[] = [
  ["nothing goes wrong", [], 100],
  ["wake-ups are lost, repeated, late", ["messages"], 300],
  ["events are lost, repeated, late", ["events"], 300],
  ["functions die before and after port calls", ["crashes"], 800],
  ["services throttle, or their answers are lost", ["services"], 400],
  ["the provider fails, refuses, is down", ["provider"], 400],
  ["the platform fails, loses and hangs executions", ["platform", "clients"], 400],
  ["everything goes wrong", all, 1_300],
];

describe("no rule is broken where", () => {
  test.each(campaigns)("%s", { timeout: 280_000 }, async (_, chosen, schedules) => {
    const campaign: Campaign = { families: chosen, schedules, seed };
    const { failure, ...outcome } = await run(campaign);
    expect(failure && `${failure.what}\n${replay(chosen, failure)}`).toBeUndefined();
    expect(outcome.schedules).toBe(schedules);
    expect(outcome.counts["attempts completed"]).toBeGreaterThan(0);
  });
});
