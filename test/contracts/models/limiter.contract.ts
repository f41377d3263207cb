import { describe, expect, test } from "vitest";
import { CapacityUnavailableError } from "../../../lambdas/models/errors.ts";
import type { PermitHolder, PermitRequest } from "../../../lambdas/models/limiter/grant.ts";
import type { Limiter } from "../../../lambdas/models/limiter/limiter.ts";
import { permitLeaseMs } from "../../../lambdas/models/limits.ts";
import { StillClock } from "../../support/fakes/clock.ts";

const numbers = (count: number) => [...Array(count).keys()];
const holderOf = (number: number): PermitHolder => `job${number}-1-metadata-0`;
const requestOf = (number: number, given: Partial<PermitRequest> = {}): PermitRequest => ({
  holder: holderOf(number),
  want: 10,
  perHolder: 5,
  cap: 20,
  expectedHolders: 1,
  ...given,
});

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
  /** 0 also for one that was crowded out. */
  const ask = async (limiter: Limiter, request: PermitRequest) =>
    limiter.acquire("llm", request).catch((error: unknown) => {
      expect(error).toBeInstanceOf(CapacityUnavailableError);
      return 0;
    });

  describe(`limiter: ${name}`, () => {
    test("a new limiter has nothing in use", async () => {
      const { limiter } = await opened();
      expect(await limiter.inUse("llm")).toBe(0);
      await limiter.shrink("llm", holderOf(1), 0);
      expect(await limiter.inUse("llm")).toBe(0);
    });

    test("40 who ask at once never get more than the cap together", async () => {
      const { instance, limiter } = await opened();
      const seen: number[] = [];
      const granted = await Promise.all(
        numbers(40).map(async (number) => {
          const own = instance();
          const permits = await ask(own, requestOf(number));
          seen.push(await own.inUse("llm"));
          return permits;
        }),
      );
      const sum = granted.reduce((a, b) => a + b, 0);
      expect(await limiter.inUse("llm")).toBe(sum);
      expect(sum).toBeGreaterThan(0);
      expect(sum).toBeLessThanOrEqual(20);
      expect(Math.max(...seen)).toBeLessThanOrEqual(20);
    });

    test("at the defaults 20 holders at once get one permit each", async () => {
      const { instance, limiter } = await opened();
      const crowded = async (number: number): Promise<number> => {
        const granted = await ask(instance(), requestOf(number, { expectedHolders: 20 }));
        return granted || crowded(number);
      };
      const granted = await Promise.all(numbers(20).map(crowded));
      expect(granted).toEqual(numbers(20).map(() => 1));
      expect(await limiter.acquire("llm", requestOf(20, { expectedHolders: 20 }))).toBe(0);
      expect(await limiter.inUse("llm")).toBe(20);
    });

    test("a holder that asks again takes over its own lease, and counts once", async () => {
      const { limiter } = await opened();
      expect(await limiter.acquire("llm", requestOf(1))).toBe(5);
      expect(await limiter.acquire("llm", requestOf(1, { want: 3 }))).toBe(3);
      expect(await limiter.inUse("llm")).toBe(3);
      expect(await limiter.acquire("llm", requestOf(1, { cap: 5 }))).toBe(5);
      expect(await limiter.inUse("llm")).toBe(5);
    });

    test("a dead holder's permits come back when its lease has run out", async () => {
      const { clock, limiter } = await opened();
      await limiter.acquire("llm", requestOf(1, { cap: 5 }));
      clock.skip(permitLeaseMs - 1);
      expect(await limiter.acquire("llm", requestOf(2, { cap: 5 }))).toBe(0);
      clock.skip(1);
      expect(await limiter.inUse("llm")).toBe(0);
      expect(await limiter.acquire("llm", requestOf(2, { cap: 5 }))).toBe(5);
      expect(await limiter.inUse("llm")).toBe(5);
    });

    test("hundreds of dead holders' permits come back", async () => {
      const { clock, limiter } = await opened();
      const many = { cap: 400, perHolder: 1, want: 1 };
      for (const number of numbers(220)) {
        expect(await limiter.acquire("llm", requestOf(number, many))).toBe(1);
      }
      clock.skip(permitLeaseMs);
      expect(await limiter.acquire("llm", requestOf(500))).toBe(5);
      expect(await limiter.inUse("llm")).toBe(5);
    });

    test("a lease that was taken over runs anew", async () => {
      const { clock, limiter } = await opened();
      await limiter.acquire("llm", requestOf(1));
      clock.skip(permitLeaseMs - 1);
      await limiter.acquire("llm", requestOf(1));
      clock.skip(permitLeaseMs - 1);
      expect(await limiter.inUse("llm")).toBe(5);
    });

    test("permits given back are free at once, and a lease never grows", async () => {
      const { limiter } = await opened();
      await limiter.acquire("llm", requestOf(1, { cap: 5 }));
      await limiter.shrink("llm", holderOf(1), 3);
      expect(await limiter.inUse("llm")).toBe(3);
      await limiter.shrink("llm", holderOf(1), 4);
      expect(await limiter.inUse("llm")).toBe(3);
      expect(await limiter.acquire("llm", requestOf(2, { cap: 5 }))).toBe(2);
      await limiter.shrink("llm", holderOf(1), 0);
      await limiter.shrink("llm", holderOf(1), 0);
      await limiter.shrink("llm", holderOf(1), 2);
      expect(await limiter.inUse("llm")).toBe(2);
    });

    test("giving back does not make a lease last longer", async () => {
      const { clock, limiter } = await opened();
      await limiter.acquire("llm", requestOf(1));
      clock.skip(permitLeaseMs - 1);
      await limiter.shrink("llm", holderOf(1), 1);
      clock.skip(1);
      expect(await limiter.inUse("llm")).toBe(0);
    });

    test("dependencies do not share permits", async () => {
      const { limiter } = await opened();
      await limiter.acquire("llm", requestOf(1, { cap: 5 }));
      expect(await limiter.inUse("embeddings")).toBe(0);
      expect(await limiter.acquire("embeddings", requestOf(2, { cap: 5 }))).toBe(5);
      await limiter.shrink("embeddings", holderOf(1), 0);
      expect(await limiter.inUse("llm")).toBe(5);
    });

    test("after many holders have come and gone at once nothing is in use", async () => {
      const { instance, limiter } = await opened();
      await Promise.all(
        numbers(15).map(async (number) => {
          const own = instance();
          for (let permits = await ask(own, requestOf(number)); permits > 0; permits--) {
            await own.shrink("llm", holderOf(number), permits - 1);
          }
        }),
      );
      expect(await limiter.inUse("llm")).toBe(0);
      expect(await limiter.acquire("llm", requestOf(1, { perHolder: 20, want: 20 }))).toBe(20);
    });
  });
}
