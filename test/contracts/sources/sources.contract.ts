import { describe, expect, test } from "vitest";
import type { DocumentRecord } from "../../../lambdas/sources/record.ts";
import type { RecordStore } from "../../../lambdas/sources/record-store.ts";
import type { SourceStore } from "../../../lambdas/sources/source-store.ts";
import { byBytes } from "../../support/fakes/sources/record-store.ts";

const waiting = (key: string, sinceMs = 1): DocumentRecord => ({
  kind: "document",
  key,
  object: { etag: '"one"', sizeBytes: 3 },
  sinceMs,
});

/** `open` answers an instance of its own on a new store. */
export function recordStoreContract(name: string, open: () => Promise<RecordStore>): void {
  describe(`records of sources: ${name}`, () => {
    test("a record is read as it was written, with every field", async () => {
      const store = await open();
      const record: DocumentRecord = {
        ...waiting("d/ü x.md"),
        attributesTag: '"two"',
        stored: '"zero"',
        failure: { tag: '"one"', code: "c", message: "m", jobId: "j", at: "2026-01-01T00:00:00Z" },
        claim: { tag: '"one"', jobId: "j", atMs: 5 },
        tries: 2,
      };
      expect(await store.read("docs", record.key)).toBeUndefined();
      expect(await store.write("docs", record.key, 0, record)).toBe(true);
      expect((await store.read("docs", record.key))?.record).toEqual(record);
      expect(await store.read("other", record.key)).toBeUndefined();
      const file = { kind: "attributes", key: "a.metadata.json", etag: "e" } as const;
      await store.write("docs", file.key, 0, file);
      expect((await store.read("docs", file.key))?.record).toEqual(file);
    });

    test("of 10 who have read the same record one writes it", async () => {
      const store = await open();
      await store.write("docs", "a", 0, waiting("a"));
      const { revision = 0 } = (await store.read("docs", "a")) ?? {};
      const written = await Promise.all(
        Array.from({ length: 10 }, (_, i) => store.write("docs", "a", revision, waiting("a", i))),
      );
      expect(written.filter(Boolean)).toHaveLength(1);
    });

    test("of 10 who found no record one makes it", async () => {
      const store = await open();
      const written = await Promise.all(
        Array.from({ length: 10 }, () => store.write("docs", "a", 0, waiting("a"))),
      );
      expect(written.filter(Boolean)).toHaveLength(1);
    });

    test("a record that was deleted and made again is not taken for the one before", async () => {
      const store = await open();
      await store.write("docs", "a", 0, waiting("a"));
      const first = await store.read("docs", "a");
      expect(await store.write("docs", "a", first?.revision ?? 0, undefined)).toBe(true);
      expect(await store.read("docs", "a")).toBeUndefined();
      await new Promise((resolve) => setTimeout(resolve, 5));
      await store.write("docs", "a", 0, waiting("a"));
      expect(await store.write("docs", "a", first?.revision ?? 0, waiting("a", 2))).toBe(false);
    });

    test("a range of keys is read in the order of S3, without its first key and with its last", async () => {
      const store = await open();
      const keys = ["A", "a", "a-b", "a.md", "a/b", "é", "東", "\u{1F600}", "\uFFFD"];
      for (const key of keys) await store.write("docs", key, 0, waiting(key));
      await store.write("other", "b", 0, waiting("b"));
      const sorted = keys.toSorted(byBytes);
      const between = async (after: string, to?: string, limit = 100) =>
        (await store.between("docs", after, to, limit)).map(({ record }) => record.key);
      expect(await between("")).toEqual(sorted);
      expect(await between("", "a")).toEqual(["A", "a"]);
      expect(await between("a", "a/b")).toEqual(["a-b", "a.md", "a/b"]);
      for (const limit of [1, 2, 3]) {
        expect(await between("a", "a/b", limit)).toEqual(["a-b", "a.md", "a/b"].slice(0, limit));
        expect(await between("", undefined, limit)).toEqual(sorted.slice(0, limit));
      }
      expect(await between("東")).toEqual(sorted.slice(sorted.indexOf("東") + 1));
    });

    test("those in a state are listed page by page, the longest there first, and those not yet due left out", async () => {
      const store = await open();
      for (const [key, sinceMs] of [
        ["late", 3_000],
        ["first", 5],
        ["second", 20],
        ["third", 1_000],
      ] as const) {
        await store.write("docs", key, 0, waiting(key, sinceMs));
      }
      await store.write("docs", "stored", 0, { ...waiting("stored", 1), stored: '"one"' });
      const page = await store.inState("docs", "waiting", { limit: 2, untilMs: 2_000 });
      expect(page.keys).toEqual(["first", "second"]);
      const cursor = page.nextCursor ?? "";
      const next = await store.inState("docs", "waiting", { limit: 2, untilMs: 2_000, cursor });
      expect(next.keys).toEqual(["third"]);
      expect((await store.inState("docs", "failed", { limit: 5 })).keys).toEqual([]);
      await expect(
        store.inState("docs", "failed", { limit: 5, cursor: "nonsense" }),
      ).rejects.toMatchObject({ name: "InvalidCursorError" });
    });

    test("a key of 1,024 bytes is kept like any other", async () => {
      const store = await open();
      const key = "ü".repeat(512);
      expect(await store.write("docs", key, 0, waiting(key))).toBe(true);
      expect(
        (await store.between("docs", "a", undefined, 100)).map((one) => one.record.key),
      ).toEqual([key]);
    });
  });
}

export function sourceStoreContract(name: string, open: () => Promise<SourceStore>): void {
  const none = { stored: 0, waiting: 0, working: 0, removing: 0, failed: 0 };

  describe(`states of sources: ${name}`, () => {
    test("a source that nothing is kept of is active and was never compared", async () => {
      const store = await open();
      expect(await store.read("docs")).toEqual({
        counts: none,
        countsRevision: 0,
        changing: [],
        sync: { listed: 0 },
      });
    });

    test("a pause keeps its first time, and a resume ends it", async () => {
      const store = await open();
      await store.pause("docs", "2026-01-01T00:00:00.000Z");
      await store.pause("docs", "2026-01-02T00:00:00.000Z");
      expect((await store.read("docs")).pausedSince).toBe("2026-01-01T00:00:00.000Z");
      expect((await store.read("other")).pausedSince).toBeUndefined();
      await store.resume("docs");
      expect((await store.read("docs")).pausedSince).toBeUndefined();
    });

    test("what a sync keeps does not touch that another one was asked for", async () => {
      const store = await open();
      await store.keepSync("docs", { startedAt: "s", scope: "x", after: "", listed: 1 });
      await store.askForSync("docs", "a");
      await store.keepSync("docs", { startedAt: "s", completedAt: "c", scope: "x", listed: 2 });
      expect((await store.read("docs")).sync).toEqual({
        startedAt: "s",
        completedAt: "c",
        scope: "x",
        listed: 2,
        askedAt: "a",
      });
    });

    test("counts add up, and are replaced only if nothing was counted meanwhile", async () => {
      const store = await open();
      const dead: readonly string[] = [];
      await store.recount("docs", { counts: { ...none, failed: 1 }, countsRevision: 0, dead });
      expect((await store.read("docs")).counts).toEqual({ ...none, failed: 1 });
      await Promise.all(
        ["a", "b", "c", "d", "e"].map(async (change) => {
          await store.beginChange("docs", change);
          await store.endChange("docs", change, { waiting: 2, failed: 0 });
        }),
      );
      const { counts, countsRevision } = await store.read("docs");
      expect(counts).toEqual({ ...none, failed: 1, waiting: 10 });
      await store.recount("docs", { counts: none, countsRevision: countsRevision - 1, dead });
      expect((await store.read("docs")).counts).toEqual(counts);
      await store.recount("docs", { counts: { ...none, stored: 4 }, countsRevision, dead });
      expect((await store.read("docs")).counts).toEqual({ ...none, stored: 4 });
    });

    test("counts are not replaced while a change is under way, unless it is known to be dead", async () => {
      const store = await open();
      for (const change of ["c", "a", "b"]) await store.beginChange("docs", change);
      await store.endChange("docs", "a", { stored: 1 });
      const { changing, countsRevision } = await store.read("docs");
      expect(changing.toSorted()).toEqual(["b", "c"]);
      const counts = { ...none, stored: 4 };
      for (const dead of [[], ["b"], ["b", "c", "d"]]) {
        await store.recount("docs", { counts, countsRevision, dead });
        expect(await store.read("docs")).toMatchObject({ counts: { stored: 1 }, changing });
      }
      await store.recount("docs", { counts, countsRevision, dead: ["c", "b"] });
      expect(await store.read("docs")).toMatchObject({ counts, countsRevision, changing: [] });
      await store.endChange("docs", "b", {});
      expect(await store.read("docs")).toMatchObject({ counts, countsRevision: 2, changing: [] });
    });

    test("a problem stays until it is taken back", async () => {
      const store = await open();
      await store.noteProblem("docs", { at: "t", message: "denied" });
      expect((await store.read("docs")).problem).toEqual({ at: "t", message: "denied" });
      await store.noteProblem("docs", undefined);
      expect((await store.read("docs")).problem).toBeUndefined();
    });
  });
}
