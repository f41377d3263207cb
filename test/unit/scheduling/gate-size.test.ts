/** What the largest gate that settings allow costs DynamoDB, reckoned from its rules for item sizes. */
import { expect, test } from "vitest";
import { parseSettings } from "../../../lambdas/platform/settings.ts";
import { attemptId } from "../../../lambdas/records/jobs/attempt.ts";
import { jobIdOf } from "../../support/submissions.ts";

/** The most that an item takes in a second, and the bytes that one unit writes. */
const unitsPerSecond = 1_000;
const bytesPerUnit = 1_024;
/** Admit, promote, release. */
const writesPerJob = 3;
const tenants = 100;
const tenantNameBytes = 20;

/** The largest value that the setting takes. */
function largest(name: string): number {
  for (let value = 200; ; value += 100) {
    try {
      parseSettings({
        [name]: String(value),
        SLUICE_LLM_MAX_PARALLEL: "500",
        SLUICE_EMBEDDINGS_MAX_PARALLEL: "500",
        SLUICE_PROVIDER_MAX_PARALLEL: "1000",
      });
    } catch {
      return value - 100;
    }
  }
}

test("three jobs a second get through the largest gate, filled by a hundred tenants", () => {
  const [queued, active] = [largest("SLUICE_MAX_QUEUED"), largest("SLUICE_MAX_ACTIVE")];
  // A set takes a byte more for each element.
  const idBytes = attemptId({ jobId: jobIdOf(1), attempt: 1 }).length + 1;
  const bytes =
    2 * idBytes * (queued + 2 * active) + 2 * tenants * (tenantNameBytes + "run#".length + 3);
  const units = Math.ceil(bytes / bytesPerUnit);
  expect(unitsPerSecond / units / writesPerJob).toBeGreaterThanOrEqual(3);
  expect({ queued, active, units }).toEqual({ queued: 1_000, active: 200, units: 85 });
});
