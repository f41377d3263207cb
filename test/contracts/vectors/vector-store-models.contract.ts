/** What every vector store must do for a tenant whose chunks come from two embedding models. */
import { describe, expect, test } from "vitest";
import type { CollectionModel, VectorStore } from "../../../lambdas/vectors/vector-store.ts";
import { documentOf, model, rowOf, rowsOf, unitVector } from "../../support/vectors.ts";
import type { Collection } from "./vector-store.contract.ts";

const page = { from: 0, limit: 99, vectors: true };
const other: CollectionModel = { embeddingModel: "another-model", dimensions: 16 };
const long = () => new Float32Array(16).fill(0.25);
const longRows = (count: number, text: string) =>
  rowsOf(count, text).map((row) => ({ ...row, vector: long() }));
const [one, two] = ["one", "two"].map((documentId) => documentOf({ documentId })) as [
  ReturnType<typeof documentOf>,
  ReturnType<typeof documentOf>,
];

export function vectorStoreModelsContract(
  name: string,
  collection: () => Promise<Collection>,
): void {
  describe(`vector store with two models: ${name}`, () => {
    /** Document one of the first model, two of the other. */
    async function mixed() {
      const open = await collection();
      const store = await open();
      await store.publish(one, rowsOf(2, "canal"), model);
      await store.publish(two, longRows(3, "canal"), other);
      return { open, store };
    }
    async function search(store: VectorStore, minScore?: number) {
      const noticed: string[] = [];
      const hits = await store.search({
        tenant: "acme",
        mode: "hybrid",
        text: "canal",
        vector: long(),
        embeddingModel: other.embeddingModel,
        limit: 9,
        filter: [],
        onWordsOnly: () => noticed.push("words"),
        ...(minScore === undefined ? {} : { minScore }),
      });
      return { hits, ids: hits.map(({ documentId }) => documentId).toSorted(), noticed };
    }

    test("finds the documents of both, those of another model by words, and says so", async () => {
      const { open } = await mixed();
      const { hits, ids, noticed } = await search(await open());
      expect(ids).toEqual(["one", "one", "two", "two", "two"]);
      expect(noticed).toEqual(["words"]);
      for (const { documentId, vectorScore } of hits) {
        expect(vectorScore === undefined).toBe(documentId === "one");
      }
      expect((await search(await open(), 0.5)).ids).toEqual(["two", "two", "two"]);
    });

    test("compares vectors of one model only", async () => {
      const { open } = await mixed();
      const query = {
        tenant: "acme",
        mode: "vector",
        text: "zebra",
        limit: 9,
        filter: [],
      } as const;
      const hits = await (await open()).search({ ...query, vector: unitVector(0) });
      expect(hits.map(({ documentId }) => documentId)).toEqual(["one", "one"]);
    });

    test("a document's next version under the other model takes the place of the first", async () => {
      const { open, store } = await mixed();
      const next = { ...one, version: 2 };
      await store.publish(next, longRows(1, "river"), other);
      const reader = await open();
      expect((await reader.chunks(one, page)).map(({ text }) => text)).toEqual(["river number 0"]);
      expect((await search(reader)).noticed.length).toBeLessThanOrEqual(1);
      expect((await search(reader)).ids).toEqual(["one", "two", "two", "two"]);
    });

    test("removes a document of either", async () => {
      const { open, store } = await mixed();
      for (const document of [one, two]) await store.remove(document);
      expect((await search(await open())).ids).toEqual([]);
    });

    test("lists what is not of a model, and gives all that is needed to embed it again", async () => {
      const { store } = await mixed();
      const rich = documentOf({ documentId: "rich", title: "T", attributes: { year: 1932 } });
      const row = rowOf(0, "text", {
        headings: ["H"],
        places: { pages: [1, 2] },
        context: "H\n\n",
      });
      await store.publish(rich, [row], model);
      const { documentIds, total } = await store.outdated("acme", other.embeddingModel, 9);
      expect([documentIds.toSorted(), total]).toEqual([["one", "rich"], 2]);
      expect((await store.outdated("acme", other.embeddingModel, 1)).documentIds).toHaveLength(1);
      expect(await store.outdated("nobody", other.embeddingModel, 9)).toMatchObject({ total: 0 });
      const passages = await store.passages(rich, other.embeddingModel);
      const { vector: _, ...expected } = row;
      expect(passages).toMatchObject({ ...rich, rows: [expected] });
      expect(await store.passages(two, other.embeddingModel)).toBeUndefined();
    });

    test("shows a document that moves once, and keeps a later version of it", async () => {
      const { open, store } = await mixed();
      await store.publish(one, longRows(2, "canal"), other, { keepOutdated: true });
      const reader = await open();
      expect(await reader.chunks(one, page)).toHaveLength(2);
      expect((await search(reader)).hits.every(({ vectorScore }) => vectorScore)).toBe(true);
      expect((await store.outdated("acme", other.embeddingModel, 9)).documentIds).toEqual(["one"]);
      await store.removeOutdated(one, other.embeddingModel);
      await store.retireOutdated("acme", other.embeddingModel);
      expect(await search(await open())).toMatchObject({ noticed: [] });
      expect(await reader.chunks(one, page)).toHaveLength(2);
      // A function of the deployment before is still at work.
      await store.publish({ ...one, version: 2 }, rowsOf(1, "late"), model);
      await store.removeOutdated(one, other.embeddingModel);
      expect((await reader.chunks(one, page)).map(({ text }) => text)).toEqual(["late number 0"]);
    });
  });
}
