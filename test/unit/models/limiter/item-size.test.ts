/** What the largest number of permits costs DynamoDB, reckoned from its rules for item sizes. */
import { expect, test } from "vitest";
import { tagOf } from "../../../../lambdas/models/limiter/dynamodb-limiter.ts";
import { parseSettings } from "../../../../lambdas/platform/settings.ts";
import { jobIdOf } from "../../../support/submissions.ts";

/** The most that an item takes in a second, and the bytes that one unit writes. */
const unitsPerSecond = 1_000;
const bytesPerUnit = 1_024;
/** Where a call's permit was claimed ahead, taking the next and giving this one back are one write. */
const writesPerCall = 1;

/** A name with its time in `held`, and its tag in the set of its job. */
function bytesOf(lease: string): number {
  const overhead = 1;
  const timeBytes = 8;
  return lease.length + timeBytes + overhead + tagOf(lease).length + overhead;
}

test.each([
  [100, 0.8],
  [200, 3],
  [500, 18.5],
])("%i permits are all used by calls of %f seconds or more", (permits, seconds) => {
  const lease = `${jobIdOf(1)}-1-embeddings-12#${"x".repeat(8)}#9`;
  const units = Math.ceil((permits * bytesOf(lease)) / bytesPerUnit);
  const callsPerSecond = unitsPerSecond / units / writesPerCall;
  expect(Math.ceil((permits / callsPerSecond) * 10) / 10).toBe(seconds);
});

test("settings allow no more permits than that", () => {
  const caps = (count: number) => ({
    SLUICE_LLM_MAX_PARALLEL: String(count),
    SLUICE_PROVIDER_MAX_PARALLEL: "1000",
  });
  expect(parseSettings(caps(500)).LLM_MAX_PARALLEL).toBe(500);
  expect(() => parseSettings(caps(501))).toThrow("SLUICE_LLM_MAX_PARALLEL");
});
