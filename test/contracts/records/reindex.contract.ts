/** What notes of collections and of reindexes must do, on the fakes and on DynamoDB. */
import { describe, expect, test } from "vitest";
import type { CollectionStore } from "../../../lambdas/records/collections/collection-store.ts";
import type { Reindex, ReindexStore } from "../../../lambdas/records/reindexes/reindex.ts";

export function collectionStoreContract(
  name: string,
  open: () => Promise<() => CollectionStore>,
): void {
  describe(`notes of collections: ${name}`, () => {
    const first = { name: "tenant-1", embeddingModel: "one", dimensions: 8 };
    const second = { name: "tenant-1-ab", embeddingModel: "two", dimensions: 16 };

    test("list a tenant's tables, and no other's", async () => {
      const store = (await open())();
      expect(await store.list("acme")).toEqual([]);
      for (const one of [first, second, second]) await store.add("acme", one);
      await store.add("acme#2", { ...first, name: "other" });
      const listed = await store.list("acme");
      expect(listed.toSorted((a, b) => a.dimensions - b.dimensions)).toEqual([
        { ...first, retired: false },
        { ...second, retired: false },
      ]);
    });

    test("keep a retired table until it is added again, and retire none that is not there", async () => {
      const store = (await open())();
      await store.retire("acme", "unknown");
      expect(await store.list("acme")).toEqual([]);
      await store.add("acme", first);
      await store.retire("acme", first.name);
      expect(await store.list("acme")).toEqual([{ ...first, retired: true }]);
      await store.add("acme", first);
      expect(await store.list("acme")).toEqual([{ ...first, retired: false }]);
    });
  });
}

export function reindexStoreContract(name: string, open: () => Promise<() => ReindexStore>): void {
  describe(`reindexes: ${name}`, () => {
    const begun: Reindex = {
      tenant: "acme",
      embeddingModel: "two",
      status: "running",
      total: 0,
      remaining: 0,
      startedAt: "2026-11-30T10:00:00.000Z",
      updatedAt: "2026-11-30T10:00:00.000Z",
    };

    test("are read as they were begun and noted, and run until they end", async () => {
      const store = (await open())();
      expect([await store.read("acme"), await store.running()]).toEqual([undefined, []]);
      await store.begin(begun);
      await store.begin({ ...begun, tenant: "globex" });
      expect((await store.running()).toSorted()).toEqual(["acme", "globex"]);
      const noted = { ...begun, total: 9, remaining: 4, message: "CircuitOpenError" };
      expect(await store.note(noted)).toBe(true);
      expect(await store.read("acme")).toEqual(noted);
      expect(await store.note({ ...begun, status: "completed" })).toBe(true);
      expect(await store.read("acme")).toEqual({ ...begun, status: "completed" });
      expect(await store.running()).toEqual(["globex"]);
    });

    test("that have ended, or were begun anew, are not noted any more", async () => {
      const store = (await open())();
      expect(await store.note(begun)).toBe(false);
      await store.begin(begun);
      await store.note({ ...begun, status: "cancelled" });
      expect(await store.note({ ...begun, total: 5 })).toBe(false);
      const again = { ...begun, startedAt: "2026-11-30T11:00:00.000Z" };
      await store.begin(again);
      expect(await store.note({ ...begun, total: 5 })).toBe(false);
      expect(await store.read("acme")).toEqual(again);
      expect(await store.running()).toEqual(["acme"]);
    });
  });
}
