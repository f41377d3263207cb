import { describe, expect, test } from "vitest";
import type { Leases } from "../../../lambdas/records/leases/leases.ts";
import { StillClock } from "../../support/fakes/clock.ts";

/** `open` answers a maker of instances that share one new set of leases. */
export function leasesContract(
  name: string,
  open: (clock: StillClock) => Promise<() => Leases>,
): void {
  const opened = async () => {
    const clock = new StillClock();
    const instance = await open(clock);
    return { clock, instance, leases: instance() };
  };

  describe(`leases: ${name}`, () => {
    test("of 20 who ask at once one is granted it", async () => {
      const { instance } = await opened();
      const answers = await Promise.all(
        [...Array(20).keys()].map((i) => instance().acquire("collection", `job-${i}`, 1_000)),
      );
      expect(answers.filter((answer) => answer === "granted")).toHaveLength(1);
    });

    test("a holder renews its own lease, and others wait until it has run out", async () => {
      const { clock, leases } = await opened();
      expect(await leases.acquire("collection", "one", 1_000)).toBe("granted");
      clock.skip(900);
      expect(await leases.acquire("collection", "one", 1_000)).toBe("granted");
      clock.skip(999);
      expect(await leases.acquire("collection", "two", 1_000)).toBe("busy");
      clock.skip(1);
      expect(await leases.acquire("collection", "two", 1_000)).toBe("granted");
      expect(await leases.acquire("collection", "one", 1_000)).toBe("busy");
    });

    test("only the holder gives it back", async () => {
      const { leases } = await opened();
      await leases.release("collection", "nobody");
      await leases.acquire("collection", "one", 1_000);
      await leases.release("collection", "two");
      expect(await leases.acquire("collection", "two", 1_000)).toBe("busy");
      await leases.release("collection", "one");
      await leases.release("collection", "one");
      expect(await leases.acquire("collection", "two", 1_000)).toBe("granted");
    });

    test("each name has its own lease", async () => {
      const { leases } = await opened();
      await leases.acquire("collection", "one", 1_000);
      expect(await leases.acquire("maintenance", "two", 1_000)).toBe("granted");
    });
  });
}
