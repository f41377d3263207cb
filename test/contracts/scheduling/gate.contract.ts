import { describe, expect, test } from "vitest";
import type { AttemptId } from "../../../lambdas/records/jobs/attempt.ts";
import type { Gate } from "../../../lambdas/scheduling/gate/gate.ts";
import { queueSize } from "../../../lambdas/scheduling/gate/gate-state.ts";

/** `open` answers a maker of instances that share one new gate. */
export function gateContract(name: string, open: () => Promise<() => Gate>): void {
  const limits = { maxQueued: 100, maxActive: 10 };
  const tenant = "acme";
  const all = (...of: AttemptId[]) => new Map(of.map((id) => [id, tenant]));
  const ids = (count: number): AttemptId[] =>
    Array.from({ length: count }, (_, i): AttemptId => `job${String(i).padStart(3, "0")}-1`);
  const [first, second, third] = ids(3) as [AttemptId, AttemptId, AttemptId];

  describe(`gate: ${name}`, () => {
    test("a new gate is empty", async () => {
      const gate = (await open())();
      expect(await gate.read()).toEqual({ admitted: new Set(), active: new Set(), tenants: all() });
    });

    test("300 admits at once admit exactly 110, and each answer is true", async () => {
      const instance = await open();
      const answers = await Promise.all(
        ids(300).map(async (id) => ({ id, answer: await instance().admit(id, tenant, limits) })),
      );
      const admitted = answers.filter(({ answer }) => answer === "admitted").map(({ id }) => id);
      expect(admitted).toHaveLength(110);
      expect((await instance().read()).admitted).toEqual(new Set(admitted));
    });

    test("40 promotes at once promote exactly 10, and each answer is true", async () => {
      const instance = await open();
      for (const id of ids(40)) await instance().admit(id, tenant, limits);
      const answers = await Promise.all(
        ids(40).map(async (id) => ({ id, answer: await instance().promote(id, tenant, limits) })),
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
      await gate.admit(first, tenant, two);
      await gate.admit(second, tenant, two);
      expect(await gate.admit(third, tenant, two)).toBe("full");
      expect(await gate.admit(first, tenant, two)).toBe("admitted");
      expect((await gate.read()).admitted.size).toBe(2);
    });

    test("an active id is promoted again when all slots are taken, and counts once", async () => {
      const gate = (await open())();
      const one = { maxQueued: 5, maxActive: 1 };
      await gate.admit(first, tenant, one);
      await gate.admit(second, tenant, one);
      expect(await gate.promote(first, tenant, one)).toBe("promoted");
      expect(await gate.promote(first, tenant, one)).toBe("promoted");
      expect(await gate.promote(second, tenant, one)).toBe("refused");
      expect((await gate.read()).active).toEqual(new Set([first]));
    });

    test("what was not admitted is not promoted", async () => {
      const gate = (await open())();
      expect(await gate.promote(first, tenant, limits)).toBe("refused");
      await gate.admit(first, tenant, limits);
      await gate.release(first);
      expect(await gate.promote(first, tenant, limits)).toBe("refused");
      expect((await gate.read()).active.size).toBe(0);
    });

    test("a release gives back one slot, however often it is repeated", async () => {
      const gate = (await open())();
      const two = { maxQueued: 1, maxActive: 1 };
      for (const id of [first, second]) await gate.admit(id, tenant, two);
      await gate.promote(first, tenant, two);
      await Promise.all([gate.release(first), gate.release(first), gate.release(first)]);
      expect(await gate.read()).toEqual({
        admitted: new Set([second]),
        active: new Set(),
        tenants: all(second),
      });
      expect(await gate.admit(third, tenant, two)).toBe("admitted");
      expect(await gate.admit(first, tenant, two)).toBe("full");
    });

    test("releasing what was never there changes nothing", async () => {
      const gate = (await open())();
      await gate.admit(first, tenant, limits);
      await gate.release(second);
      expect(await gate.read()).toEqual({
        admitted: new Set([first]),
        active: new Set(),
        tenants: all(first),
      });
    });

    const since = "2026-01-01T00:00:00.000Z";

    test("paused, it admits nothing new, and what is in it goes on", async () => {
      const instance = await open();
      const gate = instance();
      for (const id of [first, second]) await gate.admit(id, tenant, limits);
      await gate.promote(first, tenant, limits);
      await instance().pause({ since, reason: "upgrade" });
      expect(await gate.admit(third, tenant, limits)).toBe("full");
      expect(await gate.admit(first, tenant, limits)).toBe("admitted");
      expect(await gate.promote(second, tenant, limits)).toBe("promoted");
      await gate.release(first);
      expect(await gate.admit(first, tenant, limits)).toBe("full");
      expect(await instance().read()).toEqual({
        admitted: new Set([second]),
        active: new Set([second]),
        tenants: all(second),
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
          if ((await instance().admit(id, tenant, limits)) === "admitted") admitted.push(id);
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
      expect(await gate.read()).toEqual({ admitted: new Set(), active: new Set(), tenants: all() });
      expect(await gate.admit(first, tenant, limits)).toBe("admitted");
    });

    describe("with bounds for one tenant", () => {
      const bound = { ...limits, tenantMaxQueued: 3, tenantMaxActive: 2 };
      const entries = ids(40).map((id, i) => ({ id, of: i % 2 === 0 ? "acme" : "globex" }));

      test("each tenant has exactly its share, however many admits and promotes are under way", async () => {
        const instance = await open();
        await Promise.all(entries.map(({ id, of }) => instance().admit(id, of, bound)));
        const { admitted, tenants } = await instance().read();
        const share = (of: string) => [...tenants.values()].filter((one) => one === of).length;
        expect([admitted.size, share("acme"), share("globex")]).toEqual([10, 5, 5]);
        await Promise.all([...tenants].map(([id, of]) => instance().promote(id, of, bound)));
        const { active } = await instance().read();
        const running = [...active].map((id) => tenants.get(id) ?? "").sort();
        expect(running).toEqual(["acme", "acme", "globex", "globex"]);
      });

      test("one tenant at its bound leaves room for another, and gets room by its own releases", async () => {
        const gate = (await open())();
        const one = { ...limits, tenantMaxQueued: 1, tenantMaxActive: 1 };
        await gate.admit(first, "acme", one);
        await gate.admit(second, "acme", one);
        expect(await gate.admit(third, "acme", one)).toBe("full");
        expect(await gate.admit(third, "globex", one)).toBe("admitted");
        expect(await gate.promote(first, "acme", one)).toBe("promoted");
        expect(await gate.promote(first, "acme", one)).toBe("promoted");
        expect(await gate.promote(second, "acme", one)).toBe("refused");
        await gate.release(first, { tenant: "acme" });
        expect(await gate.promote(second, "acme", one)).toBe("promoted");
      });

      test("an id that is released without its tenant leaves nothing of its tenant's share taken", async () => {
        const gate = (await open())();
        const one = { ...limits, tenantMaxQueued: 1, tenantMaxActive: 1 };
        for (const id of [first, second]) await gate.admit(id, "a tenant's name", one);
        await gate.release(first);
        expect((await gate.read()).tenants).toEqual(new Map([[second, "a tenant's name"]]));
        expect(await gate.admit(third, "a tenant's name", one)).toBe("admitted");
      });
    });

    test("a lost slot is given back while the gate is full and paused, and counts once", async () => {
      const gate = (await open())();
      const one = { maxQueued: 0, maxActive: 1 };
      await gate.admit(first, tenant, one);
      await gate.pause({ since });
      await gate.readmit(second, tenant);
      await gate.readmit(second, tenant);
      expect(await gate.read()).toEqual({
        admitted: new Set([first, second]),
        active: new Set(),
        tenants: all(first, second),
        paused: { since },
      });
      await gate.promote(first, tenant, one);
      expect(await gate.promote(second, tenant, one)).toBe("refused");
    });

    test("knows the mean of how long recent jobs ran, and forgets it by newer ones only", async () => {
      const gate = (await open())();
      await gate.release(first, { tenant, ranMs: 10_000 });
      await gate.release(first, { tenant, ranMs: 10_000 });
      expect((await gate.read()).meanRunMs).toBe(10_000);
      await gate.release(second, { tenant, ranMs: 20_000 });
      await gate.release(third, { tenant });
      expect((await gate.read()).meanRunMs).toBe(15_000);
    });

    test("the gate opens again after the last one has left", async () => {
      const gate = (await open())();
      const one = { maxQueued: 0, maxActive: 1 };
      await gate.admit(first, tenant, one);
      await gate.promote(first, tenant, one);
      await gate.release(first);
      expect(await gate.admit(second, tenant, one)).toBe("admitted");
      expect(await gate.promote(second, tenant, one)).toBe("promoted");
    });
  });
}
