import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  jobOf,
  mayTake,
  type Party,
  type Permits,
  partyOf,
  permitsInUse,
  shouldGive,
} from "../../../../lambdas/models/limiter/share.ts";

const nowMs = 1_000_000;
const laterMs = nowMs + 40_000;
const batch = (job: number, number = 0): Party => `job${job}-1-metadata-${number}`;
/** Permits as `{party: leases}`, and who waits. */
const permitsOf = (held: Record<string, number>, waiting: readonly string[] = []): Permits => ({
  held: Object.fromEntries(
    Object.entries(held).flatMap(([party, count]) =>
      Array.from({ length: count }, (_, i) => [`${party}#run#${i}`, laterMs]),
    ),
  ),
  waiting: Object.fromEntries(waiting.map((party) => [party, laterMs])),
});
const claimant = (party: Party, cap = 20, perJob = 10) => ({ party, cap, perJob });

const party = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(fc.nat(4), fc.nat(1)).map(([job, n]) => batch(job, n)) },
  { weight: 1, arbitrary: fc.nat(2).map((n): Party => `search-${n}`) },
);
const permits = fc
  .record({
    held: fc.dictionary(party, fc.integer({ min: 1, max: 6 })),
    waiting: fc.array(party, { maxLength: 5 }),
    expired: fc.nat(5),
  })
  .map(({ held, waiting, expired }): Permits => {
    const live = permitsOf(held, waiting);
    const dead = Array.from({ length: expired }, (_, i) => {
      return [`${batch(9)}#dead#${i}`, nowMs] as const;
    });
    return { ...live, held: { ...live.held, ...Object.fromEntries(dead) } };
  });
const caps = fc.record({
  cap: fc.integer({ min: 1, max: 30 }),
  perJob: fc.integer({ min: 1, max: 12 }),
});
const wanted = fc.integer({ min: 0, max: 20 });
const leasesOf = ({ held }: Permits, of: (lease: string) => boolean) =>
  Object.keys(held).filter((lease) => (held[lease] ?? 0) > nowMs && of(lease)).length;

describe("the permits that a party may take", () => {
  test("are never more than are free, than it wants, or than its job may have", () => {
    fc.assert(
      fc.property(permits, party, caps, wanted, (held, who, cap, want) => {
        const taken = mayTake(held, { party: who, ...cap }, want, nowMs);
        expect(taken).toBeGreaterThanOrEqual(0);
        expect(taken).toBeLessThanOrEqual(want);
        expect(taken).toBeLessThanOrEqual(Math.max(0, cap.cap - permitsInUse(held, nowMs)));
        const job = jobOf(who);
        if (job === undefined || taken === 0) return;
        const ofJob = leasesOf(held, (lease) => jobOf(partyOf(lease)) === job);
        expect(ofJob + taken).toBeLessThanOrEqual(cap.perJob);
      }),
    );
  });

  test("are all that are free while nobody else waits", () => {
    fc.assert(
      fc.property(permits, party, caps, wanted, (held, who, cap, want) => {
        const alone = { ...held, waiting: {} };
        const job = jobOf(who);
        const ofJob = leasesOf(held, (lease) => jobOf(partyOf(lease)) === job);
        const room = job === undefined ? Infinity : Math.max(0, cap.perJob - ofJob);
        const free = Math.max(0, cap.cap - permitsInUse(held, nowMs));
        const taken = mayTake(alone, { party: who, ...cap }, want, nowMs);
        expect(taken).toBe(Math.min(want, free, room));
      }),
    );
  });

  test("leave waiting batches what they lack of their share, and searches theirs", () => {
    const one = permitsOf({ [batch(1)]: 10 }, [batch(2)]);
    expect(mayTake(one, claimant(batch(1), 20, 15), 10, nowMs)).toBe(0);
    expect(mayTake(one, claimant(batch(2)), 20, nowMs)).toBe(10);
    const nearlyFull = permitsOf({ [batch(1)]: 10, [batch(2)]: 8 }, [batch(3), "search-a"]);
    expect(mayTake(nearlyFull, claimant(batch(3)), 5, nowMs)).toBe(1);
    expect(mayTake(nearlyFull, claimant(batch(2)), 5, nowMs)).toBe(0);
    expect(mayTake(nearlyFull, claimant("search-a"), 1, nowMs)).toBe(1);
  });
});

describe("the permits that a party is to give back", () => {
  test("are never more than it holds", () => {
    fc.assert(
      fc.property(permits, party, caps, (held, who, cap) => {
        const mine = leasesOf(held, (lease) => partyOf(lease) === who);
        const given = shouldGive(held, { party: who, ...cap }, nowMs);
        expect(given).toBeGreaterThanOrEqual(0);
        expect(given).toBeLessThanOrEqual(mine);
      }),
    );
  });

  test("are none while nobody waits, and never those of its own fair share for a batch", () => {
    const held = { [batch(1)]: 10, [batch(2)]: 10 };
    expect(shouldGive(permitsOf(held), claimant(batch(1)), nowMs)).toBe(0);
    expect(shouldGive(permitsOf(held, [batch(3)]), claimant(batch(1)), nowMs)).toBe(4);
    const shared = { [batch(1)]: 7, [batch(2)]: 7, [batch(3)]: 6 };
    expect(shouldGive(permitsOf(shared, [batch(3)]), claimant(batch(1)), nowMs)).toBe(0);
  });

  test("are more for two batches of one job than for the batch of another", () => {
    const held = permitsOf({ [batch(1, 0)]: 5, [batch(1, 1)]: 5, [batch(2)]: 10 }, [batch(3)]);
    // Three jobs: 6 permits each, 3 for each of two batches.
    expect(shouldGive(held, claimant(batch(1, 0)), nowMs)).toBe(2);
    expect(shouldGive(held, claimant(batch(2)), nowMs)).toBe(4);
    expect(
      mayTake(
        permitsOf({ [batch(1, 0)]: 5, [batch(1, 1)]: 5 }, [batch(2)]),
        claimant(batch(2)),
        10,
        nowMs,
      ),
    ).toBe(10);
  });

  test("are one for a search that finds none free, whatever its share", () => {
    const held = { [batch(1)]: 10, [batch(2)]: 10 };
    expect(shouldGive(permitsOf(held, ["search-a"]), claimant(batch(1)), nowMs)).toBe(1);
    const free = { [batch(1)]: 10, [batch(2)]: 9 };
    expect(shouldGive(permitsOf(free, ["search-a"]), claimant(batch(1)), nowMs)).toBe(0);
  });

  test("are those that the job's next batch lacks, when the job is at its cap", () => {
    const held = permitsOf({ [batch(1, 0)]: 10 }, [batch(1, 1)]);
    expect(shouldGive(held, claimant(batch(1, 0)), nowMs)).toBe(5);
  });
});

test("whoever comes when, each waiting batch gets its fair share", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 8, max: 30 }),
      fc.array(fc.nat(7), { maxLength: 100 }),
      (batches, cap, turns) => {
        const held: Record<string, number> = {};
        const fair = Math.floor(cap / batches);
        /** As one of its calls ends: it gives, or takes what it may. */
        const turn = (index: number) => {
          const who = batch(index % batches);
          const mine = held[who] ?? 0;
          const waiting = Object.keys(held).filter((name) => (held[name] ?? 0) < fair);
          const now = permitsOf(held, waiting);
          const giving = shouldGive(now, claimant(who, cap, cap), nowMs) > 0;
          held[who] = giving ? mine - 1 : mine + mayTake(now, claimant(who, cap, cap), 30, nowMs);
          expect(Object.values(held).reduce((sum, n) => sum + n, 0)).toBeLessThanOrEqual(cap);
        };
        for (const index of turns) turn(index);
        for (let round = 0; round < 2 * cap; round++) {
          for (let index = 0; index < batches; index++) turn(index);
        }
        expect(Math.min(...Object.values(held))).toBeGreaterThanOrEqual(fair);
      },
    ),
  );
});
