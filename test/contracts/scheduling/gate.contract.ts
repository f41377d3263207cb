import { describe, expect, test } from "vitest";
import type { AttemptId } from "../../../lambdas/records/jobs/attempt.ts";
import type { Gate } from "../../../lambdas/scheduling/gate/gate.ts";
import { queueSize } from "../../../lambdas/scheduling/gate/gate-state.ts";

/** `open` answers a maker of instances that share one new gate. */
export function gateContract(name: string, open: () => Promise<() => Gate>): void {
  const limits = { maxQueued: 100, maxActive: 10 };
  const ids = (count: number): AttemptId[] =>
    Array.from({ length: count }, (_, i): AttemptId => `job${String(i).padStart(3, "0")}-1`);
  const [first, second, third] = ids(3) as [AttemptId, AttemptId, AttemptId];

  describe(`gate: ${name}`, () => {
    test("a new gate is empty", async () => {
      const gate = (await open())();
      expect(await gate.read()).toEqual({ admitted: new Set(), active: new Set() });
    });

    test("300 admits at once admit exactly 110, and each answer is true", async () => {
      const instance = await open();
      const answers = await Promise.all(
        ids(300).map(async (id) => ({ id, answer: await instance().admit(id, limits) })),
      );
      const admitted = answers.filter(({ answer }) => answer === "admitted").map(({ id }) => id);
      expect(admitted).toHaveLength(110);
      expect((await instance().read()).admitted).toEqual(new Set(admitted));
    });

    test("40 promotes at once promote exactly 10, and each answer is true", async () => {
      const instance = await open();
      for (const id of ids(40)) await instance().admit(id, limits);
      const answers = await Promise.all(
        ids(40).map(async (id) => ({ id, answer: await instance().promote(id, limits) })),
      );
      const promoted = answers.filter(({ answer }) => answer === "promoted").map(({ id }) => id);
      expect(promoted).toHaveLength(10);
      const gate = await instance().read();
      expect(gate.active).toEqual(new Set(promoted));
      expect(queueSize(gate)).toBe(30);
    });

    test("an admitted id is admitted again when the gate is full, and counts once", async () => {
      const gate = (await open())();
      const two = { maxQueued: 1, maxActive: 1 };
      await gate.admit(first, two);
      await gate.admit(second, two);
      expect(await gate.admit(third, two)).toBe("full");
      expect(await gate.admit(first, two)).toBe("admitted");
      expect((await gate.read()).admitted.size).toBe(2);
    });

    test("an active id is promoted again when all slots are taken, and counts once", async () => {
      const gate = (await open())();
      const one = { maxQueued: 5, maxActive: 1 };
      await gate.admit(first, one);
      await gate.admit(second, one);
      expect(await gate.promote(first, one)).toBe("promoted");
      expect(await gate.promote(first, one)).toBe("promoted");
      expect(await gate.promote(second, one)).toBe("refused");
      expect((await gate.read()).active).toEqual(new Set([first]));
    });

    test("what was not admitted is not promoted", async () => {
      const gate = (await open())();
      expect(await gate.promote(first, limits)).toBe("refused");
      await gate.admit(first, limits);
      await gate.release(first);
      expect(await gate.promote(first, limits)).toBe("refused");
      expect((await gate.read()).active.size).toBe(0);
    });

    test("a release gives back one slot, however often it is repeated", async () => {
      const gate = (await open())();
      const two = { maxQueued: 1, maxActive: 1 };
      for (const id of [first, second]) await gate.admit(id, two);
      await gate.promote(first, two);
      await Promise.all([gate.release(first), gate.release(first), gate.release(first)]);
      expect(await gate.read()).toEqual({ admitted: new Set([second]), active: new Set() });
      expect(await gate.admit(third, two)).toBe("admitted");
      expect(await gate.admit(first, two)).toBe("full");
    });

    test("releasing what was never there changes nothing", async () => {
      const gate = (await open())();
      await gate.admit(first, limits);
      await gate.release(second);
      expect(await gate.read()).toEqual({ admitted: new Set([first]), active: new Set() });
    });

    const since = "2026-01-01T00:00:00.000Z";

    test("paused, it admits nothing new, and what is in it goes on", async () => {
      const instance = await open();
      const gate = instance();
      for (const id of [first, second]) await gate.admit(id, limits);
      await gate.promote(first, limits);
      await instance().pause({ since, reason: "upgrade" });
      expect(await gate.admit(third, limits)).toBe("full");
      expect(await gate.admit(first, limits)).toBe("admitted");
      expect(await gate.promote(second, limits)).toBe("promoted");
      await gate.release(first);
      expect(await gate.admit(first, limits)).toBe("full");
      expect(await instance().read()).toEqual({
        admitted: new Set([second]),
        active: new Set([second]),
        paused: { since, reason: "upgrade" },
      });
    });

    test("from the end of a pause on nothing new is in it, however many admits are under way", async () => {
      const instance = await open();
      const queue = ids(100).values();
      let paused: Promise<ReadonlySet<AttemptId>> | undefined;
      const pause = async () => {
        await instance().pause({ since });
        return (await instance().read()).admitted;
      };
      const admitted: AttemptId[] = [];
      const admitAll = async () => {
        for (const id of queue) {
          if ((await instance().admit(id, limits)) === "admitted") admitted.push(id);
          if (admitted.length >= 20) paused ??= pause();
        }
      };
      await Promise.all([admitAll(), admitAll(), admitAll(), admitAll()]);
      const atItsEnd = await paused;
      expect((await instance().read()).admitted).toEqual(atItsEnd);
      expect(new Set(admitted)).toEqual(atItsEnd);
    });

    test("paused again, it keeps since when, and takes the new reason or none", async () => {
      const gate = (await open())();
      const later = "2026-01-01T01:00:00.000Z";
      await gate.pause({ since });
      expect((await gate.read()).paused).toEqual({ since });
      await gate.pause({ since: later, reason: "upgrade" });
      expect((await gate.read()).paused).toEqual({ since, reason: "upgrade" });
      await gate.pause({ since: later });
      expect((await gate.read()).paused).toEqual({ since });
    });

    test("resumed, also when it was open, it admits and remembers no pause", async () => {
      const gate = (await open())();
      await gate.resume();
      await gate.pause({ since, reason: "upgrade" });
      await gate.resume();
      expect(await gate.read()).toEqual({ admitted: new Set(), active: new Set() });
      expect(await gate.admit(first, limits)).toBe("admitted");
    });

    test("the gate opens again after the last one has left", async () => {
      const gate = (await open())();
      const one = { maxQueued: 0, maxActive: 1 };
      await gate.admit(first, one);
      await gate.promote(first, one);
      await gate.release(first);
      expect(await gate.admit(second, one)).toBe("admitted");
      expect(await gate.promote(second, one)).toBe("promoted");
    });
  });
}
