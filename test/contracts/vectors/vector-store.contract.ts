/**
 * What every vector store must do, whether it is the fake that tests use or
 * LanceDB. `collection()` makes an empty one and answers how to open it; each
 * opening stands for another function instance.
 */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SearchMode } from "../../../lambdas/contract/vocabulary.ts";
import { StoreConflictError } from "../../../lambdas/records/documents/store-conflict.ts";
import type { Filter } from "../../../lambdas/vectors/filter.ts";
import {
  type ChunkRow,
  type DocumentVersion,
  type VectorStore,
} from "../../../lambdas/vectors/vector-store.ts";
import { documentOf, model, rowOf, rowsOf, unitVector } from "../../support/vectors.ts";

export type Collection = () => Promise<VectorStore>;

const wholePage = { from: 0, limit: 10_000, vectors: false };

/** Publishes as store does: what lost a race is tried again. */
async function published(
  store: VectorStore,
  document: DocumentVersion,
  rows: readonly ChunkRow[],
): Promise<void> {
  for (;;) {
    try {
      return await store.publish(document, rows, model);
    } catch (error) {
      if (!(error instanceof StoreConflictError)) throw error;
    }
  }
}

export function vectorStoreContract(name: string, collection: () => Promise<Collection>): void {
  const stocked = async (...documents: [DocumentVersion, readonly ChunkRow[]][]) => {
    const open = await collection();
    const store = await open();
    for (const [document, rows] of documents) await store.publish(document, rows, model);
    return { open, store };
  };
  const find = (
    store: VectorStore,
    query: { mode: SearchMode; text?: string; towards?: number; limit?: number; filter?: Filter },
    tenant = "acme",
  ) =>
    store.search({
      tenant,
      mode: query.mode,
      text: query.text ?? "",
      ...(query.mode === "text" ? {} : { vector: unitVector(query.towards ?? 0) }),
      limit: query.limit ?? 10,
      filter: query.filter ?? [],
    });

  describe(`vector store: ${name}`, () => {
    describe("publishing", () => {
      test("gives back a chunk with all that was stored of it", async () => {
        const document = documentOf({
          title: "Naïve “title”",
          attributes: { year: 2020, "we'ird \"name": "x'y", draft: false },
        });
        const row = rowOf(0, "Grüße aus 東京 😀 <|im_start|>", {
          headings: ["One", "Two, 'three'"],
          context: "Title: One\n\n| Größe 😀 |\n| - |\n",
          places: { pages: [3, 4], sheet: ["Übersicht", "Übersicht"] },
        });
        const { metadata: _, ...refused } = rowOf(1, "refused by the provider");
        const { store } = await stocked([document, [row, refused]]);

        expect(await store.chunks(document, { ...wholePage, vectors: true })).toEqual([
          { ...document, ...row },
          { ...document, ...refused },
        ]);
        expect(await store.chunks(document, { ...wholePage, limit: 1 })).not.toHaveProperty(
          "0.vector",
        );
      });

      test("a new version that is longer or shorter replaces the old one whole", async () => {
        const { store } = await stocked();
        for (const [version, size] of [3, 7, 2].entries()) {
          const document = documentOf({ version: version + 1 });
          await store.publish(document, rowsOf(size, `version ${version + 1}`), model);
          const chunks = await store.chunks(document, wholePage);
          expect(chunks.map((chunk) => chunk.index)).toEqual([...Array(size).keys()]);
          expect(new Set(chunks.map((chunk) => chunk.version))).toEqual(new Set([version + 1]));
        }
      });

      test("publishing the same version again changes nothing", async () => {
        const { store } = await stocked([documentOf(), rowsOf(4)]);
        const before = await store.chunks(documentOf(), wholePage);
        await store.publish(documentOf(), rowsOf(4), model);
        expect(await store.chunks(documentOf(), wholePage)).toEqual(before);
      });

      test("readers see one version whole, the old or the new, never a mixture", async () => {
        const { open, store } = await stocked([documentOf(), rowsOf(20)]);
        const reader = await open();
        const seen: { versions: number[]; size: number }[] = [];
        const done = new AbortController();
        const reading = (async () => {
          while (!done.signal.aborted) {
            const listed = await reader.chunks(documentOf(), wholePage);
            const byVector = await find(reader, { mode: "vector", limit: 100 });
            const both = await find(reader, { mode: "hybrid", text: "text", limit: 100 });
            for (const chunks of [listed, byVector, both]) {
              seen.push({
                versions: [...new Set(chunks.map((chunk) => chunk.version))],
                size: chunks.length,
              });
            }
          }
        })();
        for (let version = 2; version <= 8; version += 1) {
          await store.publish(documentOf({ version }), rowsOf(20 + version), model);
        }
        done.abort();
        await reading;
        expect(seen.length).toBeGreaterThan(0);
        for (const { versions, size } of seen) {
          expect(versions).toHaveLength(1);
          expect(size).toBe(versions[0] === 1 ? 20 : 20 + (versions[0] ?? 0));
        }
      });

      test("an instance that opened before others published sees their rows, and replaces them", async () => {
        const { open, store } = await stocked();
        const other = await open();
        expect(await other.chunks(documentOf(), wholePage)).toEqual([]);
        await store.publish(documentOf(), rowsOf(3), model);
        expect(await other.chunks(documentOf(), wholePage)).toHaveLength(3);
        await other.publish(documentOf({ version: 2 }), rowsOf(2), model);
        expect(await store.chunks(documentOf(), wholePage)).toHaveLength(2);
      });

      test("ten documents published at once are all there, each chunk once", async () => {
        const { open } = await stocked();
        const names = [...Array(10).keys()].map((i) => documentOf({ documentId: `doc-${i}` }));
        await Promise.all(
          names.map(async (document) => published(await open(), document, rowsOf(15))),
        );
        const reader = await open();
        for (const document of names) {
          const chunks = await reader.chunks(document, wholePage);
          expect(chunks.map((chunk) => chunk.index)).toEqual([...Array(15).keys()]);
        }
      });

      test("5,000 chunks go over in one step", async () => {
        const { store } = await stocked([documentOf(), rowsOf(5_000)]);
        const last = await store.chunks(documentOf(), { from: 4_990, limit: 100, vectors: false });
        expect(last.map((chunk) => chunk.index)).toEqual(
          [...Array(10).keys()].map((i) => 4_990 + i),
        );
      });

      test("a vector of another length is refused, and nothing is stored", async () => {
        const { store } = await stocked();
        const row = { ...rowOf(0, "short"), vector: new Float32Array(3) };
        await expect(store.publish(documentOf(), [row], model)).rejects.toThrow(/3 dimensions/);
        expect(await store.chunks(documentOf(), wholePage)).toEqual([]);
      });
    });

    describe("chunks", () => {
      test("come in pages, in order of their index", async () => {
        const { store } = await stocked([documentOf(), rowsOf(25).toReversed()]);
        const page = async (from: number) =>
          (await store.chunks(documentOf(), { from, limit: 10, vectors: false })).map(
            (chunk) => chunk.index,
          );
        expect(await page(0)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        expect(await page(20)).toEqual([20, 21, 22, 23, 24]);
        expect(await page(25)).toEqual([]);
      });
    });

    describe("ranges of chunks", () => {
      test("are read at once, of one version only, and never another tenant's", async () => {
        const theirs = documentOf({ tenant: "globex", documentId: "theirs" });
        const other = documentOf({ documentId: "it's", attributes: { year: 2020 } });
        const { store } = await stocked(
          [documentOf(), rowsOf(9)],
          [other, rowsOf(9)],
          [theirs, rowsOf(9)],
        );
        const range = { version: 1, from: 0, to: 99 };
        const chunks = await store.ranges("acme", [
          { documentId: "doc", version: 1, from: 2, to: 3 },
          { documentId: "it's", version: 1, from: 8, to: 12 },
          { documentId: "it's", version: 2, from: 0, to: 1 },
          { ...range, documentId: "theirs" },
        ]);
        expect(chunks.map((chunk) => `${chunk.documentId} ${chunk.index}`).sort()).toEqual([
          "doc 2",
          "doc 3",
          "it's 8",
        ]);
        expect(chunks.find((chunk) => chunk.index === 8)?.attributes).toEqual({ year: 2020 });
        expect(await store.ranges("nobody", [{ ...range, documentId: "doc" }])).toEqual([]);
      });
    });

    describe("removing", () => {
      test("takes the document out of every search, and only that one", async () => {
        const other = documentOf({ documentId: "other" });
        const { store } = await stocked([documentOf(), rowsOf(3)], [other, rowsOf(2)]);
        await store.remove(documentOf());
        expect(await store.chunks(documentOf(), wholePage)).toEqual([]);
        const hits = await find(store, { mode: "vector", limit: 100 });
        expect(hits.map((hit) => hit.documentId)).toEqual(["other", "other"]);
      });

      test("a document that is not there, or a collection that is not, is fine", async () => {
        const { store } = await stocked();
        await expect(store.remove(documentOf())).resolves.toBeUndefined();
        const empty = await (await collection())();
        await expect(empty.remove(documentOf())).resolves.toBeUndefined();
      });
    });

    describe("confinement", () => {
      test("a tenant sees, replaces and removes only its own", async () => {
        const theirs = documentOf({ tenant: "globex" });
        const { store } = await stocked(
          [documentOf(), rowsOf(3, "ours")],
          [theirs, rowsOf(5, "theirs")],
        );
        expect(await store.chunks(documentOf(), wholePage)).toHaveLength(3);
        await store.publish(documentOf({ version: 2 }), rowsOf(1, "ours"), model);
        await store.remove(documentOf());
        expect(await store.chunks(theirs, wholePage)).toHaveLength(5);
        expect(await find(store, { mode: "vector" })).toEqual([]);
        expect(await find(store, { mode: "hybrid", text: "theirs" })).toEqual([]);
      });

      test("what one tenant stores changes neither score nor order of another's hits", async () => {
        const ours = ["a heron by the lock", "the lock and the lamp", "a lamp"].map((text, index) =>
          rowOf(index, text, { vector: unitVector(index * 9) }),
        );
        const { store } = await stocked([documentOf(), ours]);
        const ask = (mode: SearchMode) => find(store, { mode, text: "heron lock lamp" });
        const modes = ["hybrid", "vector", "text"] as const;
        const before = await Promise.all(modes.map(ask));
        const theirs = [...Array(200).keys()].map((i) => rowOf(i, `heron heron ${i} lamp`));
        await store.publish(documentOf({ tenant: "globex" }), theirs, model);
        await store.maintain({ nowMs: Date.now(), budgetMs: 60_000 });
        expect(await Promise.all(modes.map(ask))).toEqual(before);
      });

      test.each(["hybrid", "vector", "text"] as const)(
        "better matches of another tenant do not crowd out one's own in %s search",
        async (mode) => {
          const rows = [...Array(60).keys()].map((i) => ({
            ...rowOf(i, "needle needle needle"),
            vector: unitVector(0),
          }));
          const ours = {
            ...rowOf(0, "a needle, and a good deal of hay around it"),
            vector: unitVector(1),
          };
          const { store } = await stocked(
            [documentOf({ tenant: "globex" }), rows],
            [documentOf(), [ours]],
          );
          const hits = await find(store, { mode, text: "needle", limit: 5 });
          expect(hits.map((hit) => [hit.tenant, hit.index])).toEqual([["acme", 0]]);
        },
      );

      test("no id, whatever it is made of, reaches another document's rows", async () => {
        const hostile = fc.oneof(
          fc.constantFrom(
            "' OR '1'='1",
            "x' OR TRUE --",
            "\\' OR 1=1",
            "a';DROP TABLE chunks",
            "\0",
            "/*",
          ),
          fc
            .array(
              fc.constantFrom("'", '"', "\\", "--", "/*", "*/", ";", "\0", "é", "😀", " OR TRUE "),
              {
                minLength: 1,
                maxLength: 6,
              },
            )
            .map((parts) => parts.join("")),
        );
        const { store } = await stocked([documentOf(), rowsOf(2)]);
        await fc.assert(
          fc.asyncProperty(hostile, hostile, async (documentId, tenant) => {
            for (const document of [
              documentOf({ documentId }),
              documentOf({ tenant, documentId }),
            ]) {
              await store.publish(document, rowsOf(1, "hostile"), model);
              expect(await store.chunks(document, wholePage)).toHaveLength(1);
              await find(store, {
                mode: "text",
                text: documentId,
                filter: [{ field: `attributes.${tenant}`, op: "eq", value: documentId }],
              });
              await store.remove(document);
              expect(await store.chunks(document, wholePage)).toEqual([]);
            }
            expect(await store.chunks(documentOf(), wholePage)).toHaveLength(2);
          }),
          { numRuns: 12 },
        );
      });
    });

    describe("the collection", () => {
      test("that does not exist yet has no hits and no chunks", async () => {
        const store = await (await collection())();
        expect(await find(store, { mode: "hybrid", text: "anything" })).toEqual([]);
        expect(await store.chunks(documentOf(), wholePage)).toEqual([]);
      });

      test("is made once, however many first publishes meet", async () => {
        const open = await collection();
        const names = ["one", "two", "three", "four"];
        await Promise.all(
          names.map(async (documentId) =>
            published(await open(), documentOf({ documentId }), rowsOf(3)),
          ),
        );
        const reader = await open();
        for (const documentId of names) {
          expect(await reader.chunks(documentOf({ documentId }), wholePage)).toHaveLength(3);
        }
      });

      test("of one tenant can be of another model than those of others", async () => {
        const { store } = await stocked([documentOf(), rowsOf(2)]);
        const other = { ...model, embeddingModel: "another-model" };
        const theirs = documentOf({ tenant: "globex" });
        await store.publish(theirs, rowsOf(3), other);
        const query = { mode: "vector", text: "", limit: 9, filter: [] } as const;
        const ask = (tenant: string, { embeddingModel }: typeof model) =>
          store.search({ ...query, tenant, vector: unitVector(0), embeddingModel });
        expect(await ask("acme", model)).toHaveLength(2);
        expect(await ask("globex", other)).toHaveLength(3);
      });

      test("is the same after maintenance, and its searches too", async () => {
        const { open, store } = await stocked([documentOf(), rowsOf(3, "needle")]);
        await store.publish(documentOf({ version: 2 }), rowsOf(2, "needle"), model);
        const before = await find(store, { mode: "hybrid", text: "needle" });
        // The first time, and a day later, nothing is left for later.
        await store.maintain({ nowMs: Date.now(), budgetMs: 60_000 });
        await (await open()).maintain({ nowMs: Date.now() + 24 * 3_600_000, budgetMs: 60_000 });
        expect(await find(store, { mode: "hybrid", text: "needle" })).toEqual(before);
        await store.publish(documentOf({ documentId: "later" }), rowsOf(1, "needle"), model);
        expect(await find(store, { mode: "text", text: "needle" })).toHaveLength(3);
      });
    });
  });
}
