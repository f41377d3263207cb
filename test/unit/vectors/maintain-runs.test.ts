import { expect, test } from "vitest";
import { maintainLease, storeTimeoutSeconds } from "../../../lambdas/vectors/limits.ts";
import { alone } from "../../../lambdas/vectors/maintain/alone.ts";
import { ManualClock } from "../../support/fakes/clock.ts";
import { MemoryLeases } from "../../support/fakes/records/leases.ts";

test("two deliveries of one schedule do not maintain at the same time, and the next run does", async () => {
  const leases = new MemoryLeases(new ManualClock());
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const first = alone("run-1", leases, () => ended);
  expect(await alone("run-2", leases, () => Promise.resolve("ran"))).toBe("running elsewhere");
  end();
  await first;
  expect(await alone("run-3", leases, () => Promise.resolve("ran"))).toBe("ran");
});

test("a run that fails lets the next one run", async () => {
  const leases = new MemoryLeases(new ManualClock());
  const failing = alone("run-1", leases, () => Promise.reject(new Error("no")));
  await expect(failing).rejects.toThrow("no");
  expect(await alone("run-2", leases, () => Promise.resolve("ran"))).toBe("ran");
});

test("a run that was killed blocks the next ones no longer than it could have lasted", () => {
  expect(maintainLease.leaseMs).toBeGreaterThan(storeTimeoutSeconds * 1_000);
  expect(maintainLease.leaseMs).toBeLessThan(10 * 60_000);
});
