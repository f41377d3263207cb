import { describe, expect, test } from "vitest";
import type { Limiter, TakeRequest } from "../../../lambdas/models/limiter/limiter.ts";
import { type LeaseId, type Party, partyOf } from "../../../lambdas/models/limiter/share.ts";
import { StillClock } from "../../support/fakes/clock.ts";

const numbers = (count: number) => [...Array(count).keys()];
const leaseMs = 46_000;
const partyFor = (job: number, batch = 0): Party => `job${job}-1-metadata-${batch}`;

/** `open` answers a maker of instances that share one new limiter. */
export function limiterContract(
  name: string,
  open: (clock: StillClock) => Promise<() => Limiter>,
): void {
  const opened = async () => {
    const clock = new StillClock();
    const instance = await open(clock);
    return { clock, instance, limiter: instance() };
  };
  let runs = 0;
  /** New leases of a job, as many as wanted or none. */
  const requestOf = (
    clock: StillClock,
    job: number,
    want: number,
    given: Partial<TakeRequest> = {},
  ): TakeRequest => {
    const party = given.party ?? partyFor(job);
    const run = ++runs;
    return {
      leases: numbers(want).map((i): LeaseId => `${party}#run${run}#${i}`),
      party,
      jobId: `job${job}`,
      cap: 20,
      perJob: 10,
      untilMs: clock.now() + leaseMs,
      ...given,
    };
  };
  const take = async (limiter: Limiter, request: TakeRequest) =>
    (await limiter.take("llm", request)).taken;
  const give = (limiter: Limiter, { leases, party, jobId }: TakeRequest) =>
    limiter.give("llm", { leases, party, ...(jobId === undefined ? {} : { jobId }) });

  describe(`limiter: ${name}`, () => {
    test("a new limiter has nothing in use", async () => {
      const { limiter } = await opened();
      expect(await limiter.inUse("llm")).toBe(0);
      expect(await limiter.read("llm")).toEqual({ held: {}, waiting: {} });
      await limiter.give("llm", { leases: [`${partyFor(1)}#a#0`], party: partyFor(1) });
      expect(await limiter.inUse("llm")).toBe(0);
    });

    test("40 that ask at once get the cap together, and never more", async () => {
      const { clock, instance } = await opened();
      const seen: number[] = [];
      const taken = await Promise.all(
        numbers(40).map(async (job) => {
          const own = instance();
          const got = await take(own, requestOf(clock, job, 1));
          seen.push(await own.inUse("llm"));
          return got;
        }),
      );
      expect(taken.filter(Boolean)).toHaveLength(20);
      expect(Math.max(...seen)).toBeLessThanOrEqual(20);
    });

    test("takes all the leases of a request or none", async () => {
      const { clock, limiter } = await opened();
      expect(await take(limiter, requestOf(clock, 1, 10))).toBe(true);
      expect(await take(limiter, requestOf(clock, 2, 7))).toBe(true);
      expect(await take(limiter, requestOf(clock, 3, 4))).toBe(false);
      expect(await limiter.inUse("llm")).toBe(17);
      expect(await take(limiter, requestOf(clock, 3, 3))).toBe(true);
    });

    test("a job has no more than its cap, over its batches and attempts", async () => {
      const { clock, instance } = await opened();
      const parties = numbers(8).flatMap((batch): Party[] => [
        `job1-1-metadata-${batch}`,
        `job1-2-metadata-${batch}`,
      ]);
      const taken = await Promise.all(
        parties.map((party) => take(instance(), requestOf(clock, 1, 1, { party, perJob: 5 }))),
      );
      expect(taken.filter(Boolean)).toHaveLength(5);
      expect(await take(instance(), requestOf(clock, 2, 5, { perJob: 5 }))).toBe(true);
      expect(await take(instance(), requestOf(clock, 3, 6, { perJob: 5 }))).toBe(false);
    });

    test("two runs of one batch are counted both, and one's end leaves the other's permits", async () => {
      const { clock, limiter } = await opened();
      const [first, second] = [requestOf(clock, 1, 3), requestOf(clock, 1, 3)];
      expect([await take(limiter, first), await take(limiter, second)]).toEqual([true, true]);
      expect(await limiter.inUse("llm")).toBe(6);
      await give(limiter, first);
      const { held } = await limiter.read("llm");
      expect(Object.keys(held).toSorted()).toEqual([...second.leases].toSorted());
    });

    test("a request that is repeated, as its answer was lost, takes nothing more", async () => {
      const { clock, limiter } = await opened();
      const request = requestOf(clock, 1, 5, { cap: 5, perJob: 5 });
      expect(await take(limiter, request)).toBe(true);
      expect(await take(limiter, request)).toBe(true);
      expect(await limiter.inUse("llm")).toBe(5);
    });

    test("a search needs no job, and counts against the cap like every call", async () => {
      const { clock, limiter } = await opened();
      const search = (number: number) =>
        requestOf(clock, 0, 1, { party: `search-${number}`, jobId: undefined, cap: 2 });
      const [first, second, third] = [search(1), search(2), search(3)];
      expect(await take(limiter, first)).toBe(true);
      expect(await take(limiter, second)).toBe(true);
      expect(await take(limiter, third)).toBe(false);
      await give(limiter, first);
      expect(await take(limiter, third)).toBe(true);
    });

    test("a dead run's permits come back when its leases have run out, also to its own job", async () => {
      const { clock, limiter } = await opened();
      const caps = { cap: 5, perJob: 5 };
      await take(limiter, requestOf(clock, 1, 5, caps));
      clock.skip(leaseMs - 1);
      expect(await take(limiter, requestOf(clock, 1, 5, caps))).toBe(false);
      clock.skip(1);
      expect(await limiter.inUse("llm")).toBe(0);
      expect(await take(limiter, requestOf(clock, 1, 5, caps))).toBe(true);
      expect(await limiter.inUse("llm")).toBe(5);
    });

    test("hundreds of dead leases come back", async () => {
      const { clock, limiter } = await opened();
      const many = { cap: 230, perJob: 10 };
      for (const job of numbers(22)) {
        expect(await take(limiter, requestOf(clock, job, 10, many))).toBe(true);
      }
      clock.skip(leaseMs);
      expect(await take(limiter, requestOf(clock, 500, 10, { ...many, cap: 10 }))).toBe(true);
      expect(await limiter.inUse("llm")).toBe(10);
    });

    test("a lease lasts longer when it is renewed, and one that is gone cannot be", async () => {
      const { clock, limiter } = await opened();
      const caps = { cap: 5, perJob: 5 };
      const request = requestOf(clock, 1, 5, caps);
      await take(limiter, request);
      clock.skip(leaseMs - 1);
      expect(await limiter.renew("llm", request.leases, clock.now() + leaseMs)).toBe(true);
      clock.skip(leaseMs - 1);
      expect(await take(limiter, requestOf(clock, 2, 1, caps))).toBe(false);
      clock.skip(1);
      expect(await take(limiter, requestOf(clock, 2, 1, caps))).toBe(true);
      expect(await limiter.renew("llm", request.leases, clock.now() + leaseMs)).toBe(false);
      expect(await limiter.inUse("llm")).toBe(1);
    });

    test("who waits is seen until then, by all, and no more once it takes", async () => {
      const { clock, instance, limiter } = await opened();
      const waiting = async () => (await limiter.read("llm")).waiting;
      await instance().announce("llm", partyFor(2), clock.now() + 4_000);
      expect(await waiting()).toEqual({ [partyFor(2)]: clock.now() + 4_000 });
      const { permits } = await limiter.take("llm", requestOf(clock, 1, 1));
      expect(Object.keys(permits.waiting)).toEqual([partyFor(2)]);
      expect(Object.keys(permits.held).map(partyOf)).toEqual([partyFor(1)]);
      await take(instance(), requestOf(clock, 2, 1));
      expect(await waiting()).toEqual({});
    });

    test("dependencies do not share permits", async () => {
      const { clock, limiter } = await opened();
      const caps = { cap: 5, perJob: 5 };
      const request = requestOf(clock, 1, 5, caps);
      await take(limiter, request);
      expect(await limiter.inUse("embeddings")).toBe(0);
      const other = requestOf(clock, 2, 5, caps);
      expect((await limiter.take("embeddings", other)).taken).toBe(true);
      await limiter.give("embeddings", { ...request, jobId: "job1" });
      expect(await limiter.inUse("llm")).toBe(5);
    });

    test("after many have come and gone at once nothing is in use", async () => {
      const { clock, instance, limiter } = await opened();
      await Promise.all(
        numbers(15).map(async (job) => {
          const own = instance();
          const request = requestOf(clock, job, 1 + (job % 3));
          await take(own, request);
          await give(own, request);
        }),
      );
      expect(await limiter.inUse("llm")).toBe(0);
      expect(await take(limiter, requestOf(clock, 1, 10))).toBe(true);
    });
  });
}
