import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  grant,
  type PermitHolder,
  type PermitLease,
  type PermitRequest,
  permitsInUse,
} from "../../../../lambdas/models/limiter/grant.ts";
import { permitLeaseMs } from "../../../../lambdas/models/limits.ts";
import { mapConcurrency } from "../../../../lambdas/platform/map-concurrency.ts";

const nowMs = 1_000_000;
const holderOf = (number: number): PermitHolder => `job${number}-1-metadata-0`;
const requestOf = (given: Partial<PermitRequest> = {}): PermitRequest => ({
  holder: holderOf(0),
  want: 10,
  perHolder: 5,
  cap: 20,
  expectedHolders: 20,
  ...given,
});

const leases = fc
  .array(
    fc.tuple(
      fc.integer({ min: 0, max: 8 }),
      fc.integer({ min: 0, max: 6 }),
      fc.integer({ min: -10, max: 10 }),
    ),
  )
  .map((all) =>
    Object.fromEntries(
      all.map(([number, permits, leftMs]) => [
        holderOf(number),
        { permits, expiresAtMs: nowMs + leftMs },
      ]),
    ),
  );
const request = fc
  .record({
    holder: fc.integer({ min: 0, max: 8 }).map(holderOf),
    want: fc.integer({ min: 1, max: 30 }),
    perHolder: fc.integer({ min: 1, max: 30 }),
    cap: fc.integer({ min: 1, max: 30 }),
    expectedHolders: fc.integer({ min: 1, max: 30 }),
  })
  .map(requestOf);

describe("the permits granted to a batch", () => {
  test("are never more than are free, than it wants, than it may have, or than its share", () => {
    fc.assert(
      fc.property(leases, request, (held, asked) => {
        const permits = grant(held, asked, nowMs);
        const { [asked.holder]: _own, ...others } = held as Record<string, PermitLease>;
        const free = asked.cap - permitsInUse(others, nowMs);
        expect(permits).toBeGreaterThanOrEqual(0);
        expect(permits).toBeLessThanOrEqual(Math.max(0, free));
        expect(permits).toBeLessThanOrEqual(asked.want);
        expect(permits).toBeLessThanOrEqual(asked.perHolder);
        expect(permits).toBeLessThanOrEqual(Math.ceil(asked.cap / asked.expectedHolders));
        expect(permits > 0).toBe(free > 0);
      }),
    );
  });

  test("leave one for each holder still to come, so that none of them waits", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 1, max: 20 }),
        (cap, maxActive, active, perHolder) => {
          fc.pre(cap >= maxActive && active <= maxActive);
          const expectedHolders = Math.max(1, active) * mapConcurrency(cap, maxActive);
          const held: Record<string, PermitLease> = {};
          for (let number = 0; number < expectedHolders; number++) {
            const asked = requestOf({ holder: holderOf(number), cap, expectedHolders, perHolder });
            const permits = grant(held, asked, nowMs);
            expect(permits).toBeGreaterThanOrEqual(1);
            held[asked.holder] = { permits, expiresAtMs: nowMs + permitLeaseMs };
          }
          expect(permitsInUse(held, nowMs)).toBeLessThanOrEqual(cap);
        },
      ),
    );
  });

  test("at the defaults are one for each of 20 batches, and five for a job alone", () => {
    expect(grant({}, requestOf(), nowMs)).toBe(1);
    expect(grant({}, requestOf({ expectedHolders: 2 }), nowMs)).toBe(5);
    const full = { [holderOf(1)]: { permits: 20, expiresAtMs: nowMs + 1 } };
    expect(grant(full, requestOf(), nowMs)).toBe(0);
    expect(grant(full, requestOf(), nowMs + 1)).toBe(1);
    expect(grant(full, requestOf({ holder: holderOf(1), expectedHolders: 1 }), nowMs)).toBe(5);
  });
});
