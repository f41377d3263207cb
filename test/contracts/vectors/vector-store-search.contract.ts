/** What searches of every vector store must find: modes, words, filters. */
import { beforeAll, describe, expect, test } from "vitest";
import type { SearchMode } from "../../../lambdas/contract/vocabulary.ts";
import type { Filter } from "../../../lambdas/vectors/filter.ts";
import type { VectorStore } from "../../../lambdas/vectors/vector-store.ts";
import { documentOf, model, rowOf, unitVector } from "../../support/vectors.ts";
import type { Collection } from "./vector-store.contract.ts";

export function vectorSearchContract(name: string, collection: () => Promise<Collection>): void {
  let store: VectorStore;

  const texts = [
    "The quick brown fox jumps over the lazy dog.",
    "A café in Zürich, café again.",
    "東京都の天気は晴れです。",
    "数据库系统的性能很重要。",
    "Привет, мир и документы.",
    "set read_consistency_interval in C++",
  ];
  const languages = ["en", "fr", "ja", "zh", "ru", "en"];

  beforeAll(async () => {
    store = await (await collection())();
    const rows = texts.map((text, index) => {
      const row = rowOf(index, text, { vector: unitVector(index * 10) });
      const { metadata } = row;
      const language = languages[index] ?? "und";
      return metadata === undefined ? row : { ...row, metadata: { ...metadata, language } };
    });
    await store.publish(documentOf({ documentId: "texts" }), rows, model);
    const attributes = [
      { year: 2019, status: "draft", reviewed: false },
      { year: 2020, status: "final", reviewed: true },
      { year: 2021.5, status: "final", "odd 'name\\": "odd 'value\\" },
      { year: "2021", status: "" },
      { offset: -5, since: "2024-05-01" },
      {},
    ];
    for (const [i, of] of attributes.entries()) {
      await store.publish(
        documentOf({ documentId: `report-${i}`, attributes: of }),
        [rowOf(0, `report ${i}`, { vector: unitVector(90) })],
        model,
      );
    }
  });

  const search = (
    mode: SearchMode,
    query: { text?: string; towards?: number; filter?: Filter; limit?: number },
  ) =>
    store.search({
      tenant: "acme",
      mode,
      text: query.text ?? "",
      ...(query.towards === undefined ? {} : { vector: unitVector(query.towards) }),
      limit: query.limit ?? 20,
      filter: query.filter ?? [],
    });
  const documents = async (filter: Filter) =>
    (await search("vector", { towards: 90, filter })).map((hit) => hit.documentId).sort();

  describe(`search of the vector store: ${name}`, () => {
    test("by words: the few best are the best, in a collection that has just begun", async () => {
      const young = await (await collection())();
      for (const [i, rare] of ["a heron stood", "the lamp was lit", "a boat came"].entries()) {
        const pages = Array.from({ length: 30 }, (_, page) => `The lock on day ${page} of many.`);
        pages[20] = `The lock, where ${rare} on day 20.`;
        const rows = pages.map((text, index) => rowOf(index, text, { vector: unitVector(index) }));
        await young.publish(documentOf({ documentId: `log-${i}` }), rows, model);
      }
      for (const [word, documentId] of [
        ["heron", "log-0"],
        ["lamp", "log-1"],
        ["boat", "log-2"],
      ] as const) {
        const text = `lock day ${word}`;
        const query = { tenant: "acme", mode: "text", text, limit: 1, filter: [] } as const;
        expect(await young.search(query)).toMatchObject([{ documentId, index: 20 }]);
      }
    });

    test("by vector: the nearest first, at a score of 1, and all others after it", async () => {
      const hits = await search("vector", {
        towards: 20,
        filter: [{ field: "document_id", op: "eq", value: "texts" }],
      });
      expect(hits[0]).toMatchObject({ index: 2, text: texts[2] });
      expect(hits[0]?.score).toBeCloseTo(1, 5);
      expect(hits).toHaveLength(texts.length);
      expect(hits.map((hit) => hit.score)).toEqual(
        hits.map((hit) => hit.score).toSorted((a, b) => b - a),
      );
      expect(hits.every((hit) => hit.score >= 0 && hit.score <= 1)).toBe(true);
    });

    test("by text: chunks with a word of the query, the one with most of them first", async () => {
      expect(
        (await search("text", { text: "a lazy fox in the café" })).map((hit) => hit.index),
      ).toEqual(expect.arrayContaining([0, 1]));
      const [best, ...rest] = await search("text", { text: "quick brown report" });
      expect(best?.index).toBe(0);
      expect(rest.every((hit) => hit.score > 0 && hit.score < (best?.score ?? 0))).toBe(true);
      expect(await search("text", { text: "absentword" })).toEqual([]);
    });

    test.each([
      ["CAFE", 1],
      ["zurich", 1],
      ["天気", 2],
      ["性能", 3],
      ["ДОКУМЕНТЫ", 4],
      ["consistency", 5],
    ])("by text: %s is a word, whatever its case, accents or script", async (text, index) => {
      expect((await search("text", { text })).map((hit) => hit.index)).toEqual([index]);
    });

    test("by text: long chunks that no maintenance has indexed yet are found like short ones", async () => {
      const long = `${"Of the harbour and its masters. ".repeat(100)}A heliograph stands above it.`;
      await store.publish(documentOf({ documentId: "long" }), [rowOf(0, long)], model);
      const hits = await search("text", { text: "heliograph" });
      await store.remove(documentOf({ documentId: "long" }));
      expect(hits.map((hit) => hit.documentId)).toEqual(["long"]);
    });

    test("by text: the words of a chunk's context are found, and are answered apart from its text", async () => {
      const rows = [rowOf(0, "Turn it off.", { context: "Zephyr manual > Power\n\n" })];
      await store.publish(documentOf({ documentId: "manual" }), rows, model);
      const hits = await search("text", { text: "zephyr" });
      await store.remove(documentOf({ documentId: "manual" }));
      expect(hits).toMatchObject([
        { documentId: "manual", text: "Turn it off.", context: "Zephyr manual > Power\n\n" },
      ]);
    });

    test("says of each hit how near its vector is, and its place in each of the two searches", async () => {
      const both = await search("hybrid", { text: "документы", towards: 40, limit: 100 });
      expect(both[0]).toMatchObject({ index: 4, score: 1, vectorRank: 1, textRank: 1 });
      expect(both[0]?.vectorScore).toBeCloseTo(1, 5);
      expect(both[1]).not.toHaveProperty("textRank");
      expect(both.map((hit) => hit.vectorRank)).toEqual([...both.keys()].map((i) => i + 1));
      const [byVector] = await search("vector", { towards: 65, limit: 1 });
      expect(byVector?.vectorScore).toBeCloseTo(Math.cos(0.15 * Math.PI), 5);
      expect(byVector?.score).toBeCloseTo((1 + Math.cos(0.15 * Math.PI)) / 2, 5);
      const [byWords] = await search("text", { text: "документы" });
      expect(byWords).toMatchObject({ textRank: 1 });
      expect(byWords).not.toHaveProperty("vectorScore");
    });

    test("leaves out hits below the least score: of the cosine, or in a search by words of the score", async () => {
      const filter: Filter = [{ field: "document_id", op: "eq", value: "texts" }];
      const ask = (mode: SearchMode, minScore: number) =>
        store.search({
          tenant: "acme",
          mode,
          text: "мир документы fox",
          vector: unitVector(0),
          limit: 20,
          filter,
          minScore,
        });
      const cosines = texts.map((_, index) => Math.cos((index / 10) * Math.PI));
      for (const mode of ["vector", "hybrid"] as const) {
        const hits = await ask(mode, 0.5);
        expect(hits.map((hit) => hit.index).toSorted((a, b) => a - b)).toEqual(
          [...cosines.keys()].filter((index) => (cosines[index] ?? 0) >= 0.5),
        );
      }
      const all = await ask("text", 0);
      expect(all).toHaveLength(2);
      expect(await ask("text", all[0]?.score ?? 0)).toEqual(all.slice(0, 1));
    });

    test("a page begins after the one before it, in the same order", async () => {
      for (const mode of ["vector", "hybrid", "text"] as const) {
        const ask = (limit: number, offset: number) =>
          store.search({
            tenant: "acme",
            mode,
            text: "report fox",
            vector: unitVector(40),
            limit,
            offset,
            filter: [],
          });
        const all = await ask(6, 0);
        expect(all).toHaveLength(6);
        expect([...(await ask(2, 0)), ...(await ask(2, 2)), ...(await ask(2, 4))]).toEqual(all);
        expect(await ask(5, 900)).toEqual([]);
      }
    });

    test("a page begins after the one before it also among passages that are all alike", async () => {
      const alike = await (await collection())();
      for (const documentId of ["one", "two", "three"]) {
        const rows = [...Array(8).keys()].map((index) =>
          rowOf(index, "The same words in each.", { vector: unitVector(0) }),
        );
        await alike.publish(documentOf({ documentId }), rows, model);
      }
      for (const mode of ["vector", "hybrid", "text"] as const) {
        const query = { tenant: "acme", mode, text: "same words", vector: unitVector(0) };
        const seen: string[] = [];
        for (let offset = 0; offset < 24; offset += 3) {
          const page = await alike.search({ ...query, filter: [], limit: 3, offset });
          seen.push(...page.map((hit) => `${hit.documentId} ${hit.index}`));
        }
        expect(new Set(seen).size).toBe(24);
      }
    });

    test("hybrid: finds by meaning and by word, and ranks what is both first", async () => {
      const hits = await search("hybrid", { text: "quick documents", towards: 0 });
      expect(hits[0]).toMatchObject({ documentId: "texts", index: 0, score: 1 });
      expect(hits.length).toBeGreaterThan(1);
      expect(hits.every((hit) => hit.score > 0 && hit.score <= 1)).toBe(true);

      const byWordOnly = await search("hybrid", { text: "документы", towards: 0, limit: 2 });
      expect(byWordOnly.map((hit) => hit.index)).toContain(4);
    });

    test("hybrid: words that occur nowhere leave the search by vector", async () => {
      const hits = await search("hybrid", { text: "absentword", towards: 20, limit: 3 });
      expect(hits[0]?.index).toBe(2);
      expect(hits).toHaveLength(3);
    });

    test.each([
      `"unbalanced`,
      "fox AND (dog",
      "title:fox^2 ~1",
      "+fox -dog *",
      "'; DROP TABLE chunks; --",
      "\\",
      "\0",
      "\ud800",
      "😀",
      "   ",
      "many words ".repeat(1_000),
    ])("takes any text as words: %.20j", async (text) => {
      for (const mode of ["text", "hybrid"] as const) {
        await expect(search(mode, { text, towards: 0 })).resolves.toBeInstanceOf(Array);
      }
    });

    test("answers no more than the limit", async () => {
      for (const mode of ["hybrid", "vector", "text"] as const) {
        expect(await search(mode, { text: "report", towards: 90, limit: 2 })).toHaveLength(2);
      }
    });

    test("does not show the vectors", async () => {
      for (const mode of ["hybrid", "vector", "text"] as const) {
        const [hit] = await search(mode, { text: "report", towards: 90, limit: 1 });
        expect(hit).toBeDefined();
        expect(hit).not.toHaveProperty("vector");
      }
    });

    const year = "attributes.year";
    test.each<[string, Filter, string[]]>([
      ["a document", [{ field: "document_id", op: "eq", value: "report-3" }], ["report-3"]],
      [
        "some documents",
        [{ field: "document_id", op: "in", values: ["report-3", "report-5", "none"] }],
        ["report-3", "report-5"],
      ],
      [
        "a text attribute",
        [{ field: "attributes.status", op: "eq", value: "final" }],
        ["report-1", "report-2"],
      ],
      ["an empty text", [{ field: "attributes.status", op: "eq", value: "" }], ["report-3"]],
      ["a number, and not its text", [{ field: year, op: "eq", value: 2020 }], ["report-1"]],
      ["a text, and not its number", [{ field: year, op: "eq", value: "2021" }], ["report-3"]],
      ["a fraction", [{ field: year, op: "eq", value: 2021.5 }], ["report-2"]],
      ["a boolean", [{ field: "attributes.reviewed", op: "eq", value: false }], ["report-0"]],
      [
        "values of several types",
        [{ field: year, op: "in", values: [2019, "2021"] }],
        ["report-0", "report-3"],
      ],
      ["no value", [{ field: year, op: "in", values: [] }], []],
      [
        "a range of numbers",
        [{ field: year, op: "range", gt: 2019, lte: 2021.5 }],
        ["report-1", "report-2"],
      ],
      [
        "negative numbers",
        [{ field: "attributes.offset", op: "range", gte: -5, lt: -4.5 }],
        ["report-4"],
      ],
      [
        "a range of texts",
        [{ field: "attributes.since", op: "range", gte: "2024-01-01", lt: "2025" }],
        ["report-4"],
      ],
      ["a range without bounds", [{ field: year, op: "range" }], []],
      [
        "names and values of any characters",
        [{ field: "attributes.odd 'name\\", op: "eq", value: "odd 'value\\" }],
        ["report-2"],
      ],
      [
        "an attribute that every object inherits",
        [{ field: "attributes.constructor", op: "eq", value: "x" }],
        [],
      ],
      ["another of those", [{ field: "attributes.toString", op: "range", gte: "" }], []],
      ["an attribute that nothing has", [{ field: "attributes.absent", op: "eq", value: 1 }], []],
      [
        "all of several conditions",
        [
          { field: "attributes.status", op: "eq", value: "final" },
          { field: year, op: "range", lt: 2021 },
        ],
        ["report-1"],
      ],
      ["a document by a number", [{ field: "document_id", op: "eq", value: 3 }], []],
    ])("filters by %s", async (_, filter, expected) => {
      expect(await documents(filter)).toEqual(expected);
    });

    test("filters by a chunk's own fields: by type, by an element of a list, by range", async () => {
      const fielded = await (await collection())();
      const customs: Record<string, unknown>[] = [
        { status: "draft", price: 10, due: "2026-01-31", tags: ["red", "o'clock"], paid: true },
        { status: "final", price: -2.5, due: "2026-03-01", tags: [], paid: false },
        { status: "final", price: "10", note: "x".repeat(2_000), odd_name: 0 },
      ];
      const rows = customs.map((custom, index) => {
        const row = rowOf(index, "offer");
        return row.metadata === undefined ? row : { ...row, metadata: { ...row.metadata, custom } };
      });
      const { metadata: _, ...undescribed } = rowOf(3, "offer");
      await fielded.publish(documentOf(), [...rows, undescribed], model);
      const found = async (...filter: Filter) => {
        const each: number[][] = [];
        for (const mode of ["hybrid", "vector", "text"] as const) {
          const query = { tenant: "acme", mode, text: "offer", vector: unitVector(0), limit: 9 };
          const hits = await fielded.search({ ...query, filter });
          each.push(hits.map((hit) => hit.index).toSorted((a, b) => a - b));
        }
        expect(each).toEqual([each[0], each[0], each[0]]);
        return each[0];
      };
      expect(await found({ field: "custom.status", op: "eq", value: "final" })).toEqual([1, 2]);
      expect(await found({ field: "custom.price", op: "eq", value: 10 })).toEqual([0]);
      expect(await found({ field: "custom.price", op: "in", values: ["10", -2.5] })).toEqual([
        1, 2,
      ]);
      expect(await found({ field: "custom.price", op: "range", lt: 0 })).toEqual([1]);
      expect(await found({ field: "custom.odd_name", op: "range", gte: 0 })).toEqual([2]);
      const due = { field: "custom.due", op: "range", gte: "2026-02-01", lt: "2027" } as const;
      expect(await found(due)).toEqual([1]);
      expect(await found(due, { field: "custom.paid", op: "eq", value: true })).toEqual([]);
      expect(await found({ field: "custom.tags", op: "eq", value: "o'clock" })).toEqual([0]);
      expect(await found({ field: "custom.tags", op: "range", gte: "a" })).toEqual([]);
      expect(await found({ field: "custom.absent", op: "eq", value: "final" })).toEqual([]);
      expect(await found({ field: "custom.note", op: "eq", value: "x" })).toEqual([]);
    });

    test("filters by language, in every mode", async () => {
      const filter: Filter = [{ field: "language", op: "in", values: ["ja", "ru"] }];
      for (const mode of ["hybrid", "vector", "text"] as const) {
        const hits = await search(mode, { text: "天気 документы quick", towards: 0, filter });
        expect(hits.map((hit) => hit.index).toSorted((a, b) => a - b)).toEqual([2, 4]);
      }
    });
  });
}
