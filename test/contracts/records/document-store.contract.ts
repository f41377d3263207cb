import { describe, expect, test } from "vitest";
import { InvalidCursorError } from "../../../lambdas/platform/dynamodb/cursor.ts";
import type {
  DocumentStore,
  StoredDocument,
} from "../../../lambdas/records/documents/document-store.ts";
import { StoreConflictError } from "../../../lambdas/records/documents/store-conflict.ts";

const ref = { tenant: "acme", documentId: "doc" };
const nowMs = Date.UTC(2026, 0, 1);
const leaseMs = 330_000;
const numbers = (count: number) => [...Array(count).keys()];

function recordOf(version: number, given: Partial<StoredDocument> = {}): StoredDocument {
  return {
    documentId: "doc",
    version,
    fingerprint: `print-${version}`,
    title: "Grüße 東京",
    contentType: "application/pdf",
    attributes: { year: 2026, status: "final", draft: false },
    chunkCount: 25,
    embeddingModel: "test-model",
    dimensions: 8,
    storedAt: "2026-01-01T00:00:00.000Z",
    ...given,
  };
}

/** `open` answers a maker of instances that share one new store. */
export function documentStoreContract(
  name: string,
  open: () => Promise<() => DocumentStore>,
): void {
  const begin = (store: DocumentStore, version: number, holder: string, atMs = nowMs) =>
    store.beginPublish(ref, { version, holder, leaseMs, nowMs: atMs });
  const publish = async (store: DocumentStore, version: number) => {
    expect(await begin(store, version, `job-${version}`)).toBe("granted");
    await store.commitPublish(ref, `job-${version}`, recordOf(version));
  };

  describe(`document store: ${name}`, () => {
    test("versions count from 1 for each document and tenant, and 40 at once differ", async () => {
      const instance = await open();
      const versions = await Promise.all(numbers(40).map(() => instance().nextVersion(ref)));
      expect(versions.toSorted((a, b) => a - b)).toEqual(numbers(40).map((i) => i + 1));
      expect(await instance().nextVersion({ ...ref, documentId: "doc2" })).toBe(1);
      expect(await instance().nextVersion({ ...ref, tenant: "globex" })).toBe(1);
      expect(await instance().read(ref)).toBeUndefined();
    });

    describe("a publish that began", () => {
      const beginWith = (store: DocumentStore, version: number) =>
        store.beginPublish(ref, {
          version,
          holder: `job-${version}`,
          leaseMs,
          nowMs,
          record: recordOf(version),
        });
      const later = nowMs + leaseMs;

      test("is seen beside what is stored until it is recorded", async () => {
        const store = (await open())();
        await publish(store, 1);
        expect(await store.look(ref)).toEqual({ stored: recordOf(1) });
        await beginWith(store, 2);
        expect(await store.look(ref)).toEqual({
          stored: recordOf(1, { fingerprint: "" }),
          begun: recordOf(2),
        });
        await store.commitPublish(ref, "job-2", recordOf(2));
        expect(await store.look(ref)).toEqual({ stored: recordOf(2) });
      });

      test("is completed once its lease has run out, and supersedes what is earlier", async () => {
        const store = (await open())();
        await beginWith(store, 2);
        await store.completePublish(ref, recordOf(2), nowMs);
        expect(await store.read(ref)).toBeUndefined();
        await store.completePublish(ref, recordOf(2), later);
        expect(await store.look(ref)).toEqual({ stored: recordOf(2) });
        expect(await begin(store, 1, "job-1", later)).toBe("superseded");
      });

      test("is not completed after another has begun, was published or removed it", async () => {
        const store = (await open())();
        await beginWith(store, 2);
        await store.beginPublish(ref, {
          version: 3,
          holder: "job-3",
          leaseMs,
          nowMs: later,
          record: recordOf(3),
        });
        await store.completePublish(ref, recordOf(2), later + leaseMs);
        expect(await store.look(ref)).toEqual({ begun: recordOf(3) });
        await store.remove(ref, { version: 3, holder: "job-3" });
        await store.completePublish(ref, recordOf(3), later + leaseMs);
        expect(await store.look(ref)).toEqual({});
      });
    });

    test("what was committed is read, field by field", async () => {
      const store = (await open())();
      await publish(store, 1);
      expect(await store.read(ref)).toEqual(recordOf(1));
      const { title: _, ...untitled } = recordOf(2);
      await begin(store, 2, "job-2");
      await store.commitPublish(ref, "job-2", untitled);
      expect(await store.read(ref)).toEqual(untitled);
      expect(await store.read({ ...ref, tenant: "globex" })).toBeUndefined();
    });

    test("a version is awaited from its submission until one as late is published or removed", async () => {
      const store = (await open())();
      expect(await store.awaitsVersion(ref)).toBe(false);
      const first = await store.nextVersion(ref);
      expect(await store.awaitsVersion(ref)).toBe(true);
      await publish(store, first);
      expect(await store.awaitsVersion(ref)).toBe(false);
      await store.nextVersion(ref);
      const removal = { version: await store.nextVersion(ref), holder: "remove" };
      await begin(store, removal.version, removal.holder);
      await store.remove(ref, removal);
      expect(await store.awaitsVersion(ref)).toBe(false);
    });

    test("of 20 who begin at once one is granted the lease, and the others are told to wait", async () => {
      const instance = await open();
      const answers = await Promise.all(
        numbers(20).map((i) => begin(instance(), i + 1, `job-${i}`)),
      );
      expect(answers.filter((answer) => answer === "granted")).toHaveLength(1);
      expect(answers.filter((answer) => answer === "busy")).toHaveLength(19);
    });

    test("a holder takes over its own lease; another gets it when it has run out", async () => {
      const store = (await open())();
      expect(await begin(store, 1, "job-1")).toBe("granted");
      expect(await begin(store, 1, "job-1", nowMs + 1)).toBe("granted");
      expect(await begin(store, 2, "job-2", nowMs + leaseMs)).toBe("busy");
      expect(await begin(store, 2, "job-2", nowMs + leaseMs + 1)).toBe("granted");
      const late = store.commitPublish(ref, "job-1", recordOf(1));
      await expect(late).rejects.toThrow(StoreConflictError);
      expect(await store.read(ref)).toBeUndefined();
      await store.commitPublish(ref, "job-2", recordOf(2));
      expect(await store.read(ref)).toEqual(recordOf(2));
    });

    test("a lease that ran out and was nobody else's still commits", async () => {
      const store = (await open())();
      await begin(store, 1, "job-1", nowMs - 10 * leaseMs);
      await store.commitPublish(ref, "job-1", recordOf(1));
      expect(await store.read(ref)).toEqual(recordOf(1));
    });

    test("a commit gives the lease back, and its repeat is no conflict", async () => {
      const store = (await open())();
      await publish(store, 1);
      await store.commitPublish(ref, "job-1", recordOf(1));
      expect(await store.read(ref)).toEqual(recordOf(1));
      await publish(store, 2);
      const stale = store.commitPublish(ref, "job-1", recordOf(1));
      await expect(stale).rejects.toThrow(StoreConflictError);
      expect(await store.read(ref)).toEqual(recordOf(2));
    });

    test("an older version is superseded, also while the lease is held", async () => {
      const store = (await open())();
      await publish(store, 5);
      expect(await begin(store, 4, "job-4")).toBe("superseded");
      expect(await begin(store, 5, "job-5")).toBe("granted");
      expect(await begin(store, 4, "job-4")).toBe("superseded");
      expect(await begin(store, 6, "job-6")).toBe("busy");
    });

    test("while somebody publishes, the stored content is known to nobody", async () => {
      const store = (await open())();
      await publish(store, 1);
      await begin(store, 2, "job-2");
      expect(await store.read(ref)).toEqual(recordOf(1, { fingerprint: "" }));
      const confirm = { version: 3, fingerprint: "print-1" };
      expect(await store.confirmUnchanged(ref, confirm)).toBeUndefined();
      expect(await store.confirmUnchanged(ref, { version: 3, fingerprint: "" })).toBeUndefined();
      await store.commitPublish(ref, "job-2", recordOf(2));
      expect(await store.confirmUnchanged(ref, { ...confirm, fingerprint: "print-2" })).toEqual(
        recordOf(2),
      );
    });

    test("unchanged content makes its version the latest, without storing anything", async () => {
      const store = (await open())();
      await publish(store, 1);
      const other = { version: 2, fingerprint: "another" };
      expect(await store.confirmUnchanged(ref, other)).toBeUndefined();
      expect(await begin(store, 1, "job-1")).toBe("granted");
      await store.commitPublish(ref, "job-1", recordOf(1));
      const same = { version: 3, fingerprint: "print-1" };
      expect(await store.confirmUnchanged(ref, same)).toEqual(recordOf(1));
      expect(await store.read(ref)).toEqual(recordOf(1));
      expect(await begin(store, 2, "job-2")).toBe("superseded");
      // One that is late to confirm finds the same content, and takes nothing back.
      expect(await store.confirmUnchanged(ref, { ...same, version: 2 })).toEqual(recordOf(1));
      expect(await begin(store, 2, "job-2")).toBe("superseded");
    });

    test("what was never stored is not unchanged", async () => {
      const store = (await open())();
      const confirm = { version: 1, fingerprint: "print-1" };
      expect(await store.confirmUnchanged(ref, confirm)).toBeUndefined();
      await store.nextVersion(ref);
      expect(await store.confirmUnchanged(ref, confirm)).toBeUndefined();
      expect(await store.read(ref)).toBeUndefined();
    });

    test("a removal needs the lease, supersedes what came before it, and can be repeated", async () => {
      const store = (await open())();
      await publish(store, 1);
      const removal = { version: 3, holder: "removal" };
      await expect(store.remove(ref, removal)).rejects.toThrow(StoreConflictError);
      expect(await store.read(ref)).toEqual(recordOf(1));
      await begin(store, 3, "removal");
      await store.remove(ref, removal);
      await store.remove(ref, removal);
      expect(await store.read(ref)).toBeUndefined();
      expect(await store.list("acme", { limit: 10 })).toEqual({ documents: [] });
      expect(await begin(store, 2, "job-2")).toBe("superseded");
      const same = { version: 4, fingerprint: "print-1" };
      expect(await store.confirmUnchanged(ref, same)).toBeUndefined();
      await publish(store, 4);
      await expect(store.remove(ref, removal)).rejects.toThrow(StoreConflictError);
      expect(await store.read(ref)).toEqual(recordOf(4));
    });

    test("versions go on counting after a removal", async () => {
      const store = (await open())();
      await store.nextVersion(ref);
      await begin(store, 1, "removal");
      await store.remove(ref, { version: 1, holder: "removal" });
      expect(await store.nextVersion(ref)).toBe(2);
    });

    test.each([1, 3, 4, 5, 50])("pages of %i list what is stored once, by id", async (limit) => {
      const store = (await open())();
      // Ids around the separators of keys and cursors, and some that are not stored.
      const ids = ["A", "a", "a.b", "a:b", "a_b", "ab", "b", "z"];
      for (const documentId of ids.toReversed()) {
        const one = { tenant: "acme", documentId };
        await store.nextVersion(one);
        if (["a.b", "b"].includes(documentId)) continue;
        await store.beginPublish(one, { version: 1, holder: "job", leaseMs, nowMs });
        await store.commitPublish(one, "job", recordOf(1, { documentId }));
      }
      const theirs = { tenant: "acme2", documentId: "theirs" };
      await store.beginPublish(theirs, { version: 1, holder: "job", leaseMs, nowMs });
      await store.commitPublish(theirs, "job", recordOf(1, { documentId: "theirs" }));

      const listed: StoredDocument[] = [];
      let cursor: string | undefined;
      let pages = 0;
      do {
        const page = await store.list("acme", {
          limit,
          ...(cursor === undefined ? {} : { cursor }),
        });
        listed.push(...page.documents);
        cursor = page.nextCursor;
        pages += 1;
      } while (cursor !== undefined);
      const stored = ["A", "a", "a:b", "a_b", "ab", "z"];
      expect(listed).toEqual(stored.map((documentId) => recordOf(1, { documentId })));
      expect(pages).toBe(Math.ceil(stored.length / limit));
    });

    test("a cursor of another tenant, or of nobody, is refused", async () => {
      const store = (await open())();
      for (const documentId of ["a", "b"]) {
        const one = { tenant: "acme", documentId };
        await store.beginPublish(one, { version: 1, holder: "job", leaseMs, nowMs });
        await store.commitPublish(one, "job", recordOf(1, { documentId }));
      }
      const { nextCursor } = await store.list("acme", { limit: 1 });
      expect(nextCursor).toBeDefined();
      const cursor = nextCursor ?? "";
      const theirs = store.list("globex", { limit: 1, cursor });
      await expect(theirs).rejects.toThrow(InvalidCursorError);
      const nobodys = store.list("acme", { limit: 1, cursor: "bm9uc2Vuc2U" });
      await expect(nobodys).rejects.toThrow(InvalidCursorError);
    });
  });
}
