import { expect, test } from "vitest";
import { sluice } from "../../../support/deployment/sluice.ts";

const nowhere = "http://127.0.0.1:9/v1";
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
const restoreTo = (at: string) => sluice(nowhere, "restore-vectors", "--at", at);

test.each([
  [daysAgo(7.01), "The bucket keeps old versions for 7 days only"],
  // A year that was mistyped would delete all that is stored.
  [daysAgo(366), "The bucket keeps old versions for 7 days only"],
  [daysAgo(-1), "The time must not be in the future."],
  ["2026-11-29", "The value must be a time such as"],
])("vectors are not returned to %s, and nothing is asked of a bucket", async (at, says) => {
  const { status, err } = await restoreTo(at);
  expect([status, err]).toEqual([2, expect.stringContaining(says) as string]);
});

test("vectors are returned to any time of the last seven days", async () => {
  // As far as it comes without a stack.
  expect((await restoreTo(daysAgo(6.9))).err).not.toMatch(/7 days|future/);
});
