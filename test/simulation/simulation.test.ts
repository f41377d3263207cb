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

/** 10,000 schedules in all. */
const campaigns: readonly (readonly [string, readonly Family[], number])[] = [
  ["nothing goes wrong", [], 500],
  ["wake-ups are lost, repeated, late", ["messages"], 1_000],
  ["events are lost, repeated, late", ["events"], 1_000],
  ["functions die before and after port calls", ["crashes"], 2_000],
  ["services throttle, or their answers are lost", ["services"], 1_000],
  ["the provider fails, refuses, is down", ["provider"], 1_000],
  ["the platform fails, loses and hangs executions", ["platform", "clients"], 1_000],
  ["everything goes wrong", all, 2_500],
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
