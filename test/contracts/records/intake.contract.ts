import { describe, expect, test } from "vitest";
import type { KeyStore } from "../../../lambdas/records/api-keys/api-keys.ts";
import type { IdempotencyStore } from "../../../lambdas/records/idempotency/idempotency.ts";

const nowMs = Date.UTC(2026, 0, 1);
const dayMs = 86_400_000;
const claimOf = (jobId: string, given: { nowMs?: number; replaces?: string } = {}) => ({
  jobId,
  bodyHash: `hash-of-${jobId}`,
  nowMs,
  expiresAtMs: (given.nowMs ?? nowMs) + dayMs,
  ...given,
});
const recordOf = (jobId: string, claimedAtMs = nowMs) => ({
  jobId,
  bodyHash: `hash-of-${jobId}`,
  claimedAtMs,
});

/** `open` answers a maker of instances that share one new store. */
export function idempotencyStoreContract(
  name: string,
  open: () => Promise<() => IdempotencyStore>,
): void {
  describe(`idempotency keys: ${name}`, () => {
    test("of 20 claims at once all are answered the same one", async () => {
      const instance = await open();
      const records = await Promise.all(
        [...Array(20).keys()].map((i) => instance().claim("acme", "key", claimOf(`job-${i}`))),
      );
      expect(new Set(records.map(({ jobId }) => jobId)).size).toBe(1);
      expect(records[0]).toEqual(recordOf(records[0]?.jobId ?? ""));
    });

    test("a claim stands until it expires, then the next one does", async () => {
      const store = (await open())();
      expect(await store.claim("acme", "key", claimOf("one"))).toEqual(recordOf("one"));
      const repeat = claimOf("two", { nowMs: nowMs + dayMs - 1_000 });
      expect(await store.claim("acme", "key", repeat)).toEqual(recordOf("one"));
      const late = claimOf("three", { nowMs: nowMs + dayMs });
      expect(await store.claim("acme", "key", late)).toEqual(recordOf("three", nowMs + dayMs));
    });

    test("keys of other tenants, and other keys, are other records", async () => {
      const store = (await open())();
      const long = "k".repeat(255);
      const places = [
        ["acme", "key"],
        ["acme", "key2"],
        ["globex", "key"],
        ["acm", "ekey"],
        ["acme", long],
      ] as const;
      for (const [i, [tenant, key]] of places.entries()) {
        expect(await store.claim(tenant, key, claimOf(`job-${i}`))).toEqual(recordOf(`job-${i}`));
      }
    });

    test("the first answer stands, with all that is in it", async () => {
      const store = (await open())();
      await store.claim("acme", "key", claimOf("one"));
      const response = { job_id: "one", queue_position: 1, nested: { list: [1, "two", null] } };
      await store.complete("acme", "key", "another job", { job_id: "wrong" });
      await store.complete("acme", "key", "one", response);
      await store.complete("acme", "key", "one", { job_id: "late" });
      const repeat = await store.claim("acme", "key", claimOf("two"));
      expect(repeat).toEqual({ ...recordOf("one"), response });
    });

    test("completing what was never claimed writes nothing", async () => {
      const store = (await open())();
      await store.complete("acme", "key", "one", { job_id: "one" });
      expect(await store.claim("acme", "key", claimOf("two"))).toEqual(recordOf("two"));
    });

    test("a claim is forgotten for its own job only", async () => {
      const store = (await open())();
      await store.forget("acme", "key", "one");
      await store.claim("acme", "key", claimOf("one"));
      await store.forget("acme", "key", "two");
      expect(await store.claim("acme", "key", claimOf("two"))).toEqual(recordOf("one"));
      await store.forget("acme", "key", "one");
      expect(await store.claim("acme", "key", claimOf("two"))).toEqual(recordOf("two"));
    });

    test("a dead claim is replaced by one of those who find it, and an answered one by nobody", async () => {
      const instance = await open();
      await instance().claim("acme", "key", claimOf("dead"));
      const records = await Promise.all(
        [...Array(10).keys()].map((i) =>
          instance().claim("acme", "key", claimOf(`job-${i}`, { replaces: "dead" })),
        ),
      );
      const [winner] = new Set(records.map(({ jobId }) => jobId));
      expect(records).toEqual(records.map(() => recordOf(winner ?? "")));
      expect(winner).not.toBe("dead");
      await instance().complete("acme", "key", winner ?? "", { done: true });
      const late = claimOf("late", { replaces: winner ?? "" });
      expect(await instance().claim("acme", "key", late)).toMatchObject({
        response: { done: true },
      });
    });
  });
}

/** `open` answers a maker of instances that share one new store. */
export function keyStoreContract(name: string, open: () => Promise<() => KeyStore>): void {
  describe(`API keys: ${name}`, () => {
    test("a key tells its tenant and role, and an unknown one nothing", async () => {
      const store = (await open())();
      await store.put("sluice_one", { tenant: "acme", role: "tenant" });
      await store.put("sluice_two", { tenant: "acme", role: "operator" });
      expect(await store.callerOf("sluice_one")).toEqual({ tenant: "acme", role: "tenant" });
      expect(await store.callerOf("sluice_two")).toEqual({ tenant: "acme", role: "operator" });
      for (const unknown of ["sluice_On", "sluice_one ", "", "SLUICE_ONE", "__proto__"]) {
        expect(await store.callerOf(unknown)).toBeUndefined();
      }
    });

    test("a key that is put again belongs to the new caller", async () => {
      const store = (await open())();
      await store.put("sluice_one", { tenant: "acme", role: "operator" });
      await store.put("sluice_one", { tenant: "globex", role: "tenant" });
      expect(await store.callerOf("sluice_one")).toEqual({ tenant: "globex", role: "tenant" });
    });
  });
}
