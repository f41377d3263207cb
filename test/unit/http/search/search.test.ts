import { beforeEach, describe, expect, test } from "vitest";
import {
  type SearchAnswer,
  searchAnswerSchema,
  searchRequestSchema,
} from "../../../../lambdas/contract/calls/search.ts";
import { RequestRefusedError } from "../../../../lambdas/contract/refusals.ts";
import { type SearchPorts, search } from "../../../../lambdas/http/search/search.ts";
import type { QueryEmbedder } from "../../../../lambdas/models/query/query-embedder.ts";
import type { Reranker } from "../../../../lambdas/models/rerank/reranker.ts";
import { MemoryCollection, MemoryVectorStore } from "../../../support/fakes/vector-store.ts";
import { documentOf, model, rowOf, rowsOf, unitVector } from "../../../support/vectors.ts";

const down: QueryEmbedder = {
  embed: () => Promise.reject(new RequestRefusedError("unavailable", "no vector now")),
};
const embedder: QueryEmbedder = { embed: () => Promise.resolve(unitVector(0)) };
const settings = { embeddingModel: model.embeddingModel };

describe("search", () => {
  let vectors: MemoryVectorStore;

  beforeEach(async () => {
    vectors = new MemoryVectorStore(new MemoryCollection());
    const { metadata: _, ...undescribed } = rowOf(1, "dogs and foxes");
    await vectors.publish(
      documentOf({ title: "Animals", attributes: { year: 2020 } }),
      [rowOf(0, "a fox in the snow", { headings: ["North"] }), undescribed],
      model,
    );
    await vectors.publish(documentOf({ tenant: "globex" }), [rowOf(0, "their fox")], model);
  });

  const ask = (body: unknown, ports: SearchPorts = { vectors, embedder }, of = settings) =>
    search("acme", searchRequestSchema.parse(body), ports, of);

  test("answers the passages with what is known of them, in the shape of the API", async () => {
    const answer = await ask({ query: "fox" });
    expect(searchAnswerSchema.parse(answer)).toEqual(answer);
    expect(answer.results[0]).toMatchObject({
      document_id: "doc",
      document_version: 1,
      title: "Animals",
      chunk_index: 0,
      headings: ["North"],
      text: "a fox in the snow",
      metadata: { keywords: ["part"] },
    });
    expect(answer.results[1]).not.toHaveProperty("metadata");
    expect(answer.results.every(({ text }) => text !== "their fox")).toBe(true);
  });

  test("by words works while queries cannot be embedded; the other modes are refused", async () => {
    const without = { vectors, embedder: down };
    expect((await ask({ query: "fox", mode: "text" }, without)).results).toHaveLength(1);
    await expect(ask({ query: "fox", mode: "vector" }, without)).rejects.toThrow("no vector now");
    await expect(ask({ query: "fox" }, without)).rejects.toThrow("no vector now");
  });

  test.each(["hybrid", "vector"] as const)(
    "by %s does not compare vectors of two models: it goes by words, and says so",
    async (mode) => {
      const other = { embeddingModel: "another" };
      const answer = await ask({ query: "fox", mode }, undefined, other);
      expect(answer.results).toHaveLength(1);
      expect(answer.results[0]?.vector_score).toBeUndefined();
      expect(answer.notice).toMatch(/searched by words only/);
      expect((await ask({ query: "fox", mode })).notice).toBeUndefined();
    },
  );

  test("by words says nothing of models", async () => {
    const other = { embeddingModel: "another" };
    const { notice } = await ask({ query: "fox", mode: "text" }, undefined, other);
    expect(notice).toBeUndefined();
  });

  test("says where a passage stands, how near it is, and its place in both searches", async () => {
    const vector = unitVector(25);
    const { metadata: _, ...row } = rowOf(4, "the lynx on page three", { vector });
    const places = { pages: [3, 4], sheet: ["Totals", "Totals"] } as const;
    await vectors.publish(documentOf({ documentId: "pdf" }), [{ ...row, places }], model);
    const [best, ...others] = (await ask({ query: "lynx", limit: 3 })).results;
    expect(best).toMatchObject({
      document_id: "pdf",
      attributes: {},
      start: 400,
      end: 422,
      pages: [3, 4],
      sheet: ["Totals", "Totals"],
      text_rank: 1,
      vector_rank: 3,
      vector_score: expect.closeTo(Math.cos(Math.PI / 4), 5) as number,
      snippet: { text: "the lynx on page three", start: 0, marks: [{ start: 4, end: 8 }] },
    });
    expect(others[0]).toMatchObject({ attributes: { year: 2020 }, vector_rank: 1 });
    expect(others[0]).not.toHaveProperty("text_rank");
    expect(others[0]).not.toHaveProperty("pages");
  });

  test("leaves out what is below the least score", async () => {
    await vectors.publish(documentOf({ documentId: "far" }), [rowOf(50, "fox")], model);
    const scores = async (min_score: number) =>
      (await ask({ query: "fox", min_score })).results.map(({ vector_score: score }) => score);
    expect(await scores(-1)).toHaveLength(3);
    expect((await scores(0.9)).every((score = -1) => score >= 0.9)).toBe(true);
    expect(await scores(0.9)).toHaveLength(2);
  });

  test("pages through the results, and says where the next page begins", async () => {
    await vectors.publish(documentOf({ documentId: "many" }), rowsOf(5), model);
    const all = (await ask({ query: "fox" })).results;
    expect(all).toHaveLength(7);
    const seen: typeof all = [];
    for (let offset: number | undefined = 0; offset !== undefined; ) {
      const page: SearchAnswer = await ask({ query: "fox", limit: 3, offset });
      seen.push(...page.results);
      offset = page.next_offset;
    }
    expect(seen).toEqual(all);
    expect(await ask({ query: "fox", offset: 900 })).toEqual({ results: [] });
  });

  test("names no next page that it would not answer", async () => {
    await vectors.publish(documentOf({ documentId: "more" }), rowsOf(950), model);
    const at = (offset: number) => ask({ query: "fox", mode: "vector", limit: 10, offset });
    expect((await at(890)).next_offset).toBe(900);
    const last = await at(900);
    expect(last.results).toHaveLength(10);
    expect(last).not.toHaveProperty("next_offset");
  });

  test("brings neighbours of the same version, in order, in the same answer", async () => {
    await vectors.publish(documentOf({ documentId: "long" }), rowsOf(9), model);
    const filter = { document_id: "long" };
    const at = async (query: string, context: number) => {
      const [best] = (await ask({ query, context, filter, limit: 1, mode: "text" })).results;
      return [best?.before, best?.after].map((chunks) => chunks?.map((c) => c.chunk_index));
    };
    expect(await at("4", 2)).toEqual([
      [2, 3],
      [5, 6],
    ]);
    expect(await at("0", 1)).toEqual([[], [1]]);
    expect(await at("8", 5)).toEqual([[3, 4, 5, 6, 7], []]);
    expect(await at("4", 0)).toEqual([undefined, undefined]);
  });

  test("answers one passage for each document, or for each text, on request", async () => {
    const rows = ["a fox", "another fox", "a  fox"].map((text, i) => rowOf(i, text));
    await vectors.publish(documentOf({ documentId: "copy" }), rows, model);
    const query = { query: "fox", mode: "text" } as const;
    const grouped = await ask({ ...query, group_by: "document" });
    expect(grouped.results.map((r) => [r.document_id, r.document_hits])).toEqual([
      ["doc", 1],
      ["copy", 3],
    ]);
    const unique = await ask({ ...query, unique: true });
    expect(unique.results.map(({ text }) => text)).toEqual([
      "a fox in the snow",
      "a fox",
      "another fox",
    ]);
    expect(unique.results[1]?.duplicates).toEqual([{ document_id: "copy", chunk_index: 2 }]);
    const second = await ask({ ...query, group_by: "document", limit: 1, offset: 1 });
    expect(second.results.map((r) => r.document_id)).toEqual(["copy"]);
    expect(second).not.toHaveProperty("next_offset");
  });

  test("is ordered by the reranker, if there is one, and in its own order while that fails", async () => {
    const byLength = {
      score: (_: string, texts: readonly string[]) =>
        Promise.resolve(texts.map((text) => -text.length)),
    };
    const fails = { score: () => Promise.reject(new Error("down")) };
    const texts = async (reranker: Reranker, body = {}) => {
      const answer = await ask({ query: "fox", ...body }, { vectors, embedder, reranker });
      return answer.results.map(({ text }) => text);
    };
    const own = ["a fox in the snow", "dogs and foxes"];
    expect(await texts(fails)).toEqual(own);
    // What it reads has title and headings before the text.
    expect(await texts(byLength)).toEqual(own.toReversed());
    expect(await texts(byLength, { rerank: false })).toEqual(own);
    expect(await texts(byLength, { offset: 1 })).toEqual(own.slice(0, 1));
    const [best] = (await ask({ query: "fox" }, { vectors, embedder, reranker: byLength })).results;
    expect(best?.rerank_score).toBe(-"Animals\n\ndogs and foxes".length);
  });

  test("keeps to the limit and the filter", async () => {
    expect((await ask({ query: "fox", limit: 1 })).results).toHaveLength(1);
    const of = (year: unknown) => ask({ query: "fox", filter: { attributes: { year } } });
    expect((await of(2020)).results).toHaveLength(2);
    expect((await of("2020")).results).toEqual([]);
    expect((await of({ gte: 2021 })).results).toEqual([]);
  });

  test("filters by a chunk's own fields, and refuses a filter that it does not know", async () => {
    const { metadata, ...row } = rowOf(0, "a priced fox");
    const custom = { price: 30, tags: ["red"] };
    const described = metadata === undefined ? row : { ...row, metadata: { ...metadata, custom } };
    await vectors.publish(documentOf({ documentId: "offer" }), [described], model);
    const of = async (filter: unknown) =>
      (await ask({ query: "fox", filter })).results.map(({ text }) => text);
    expect(await of({ custom: { price: { gte: 30, lt: 31 } } })).toEqual(["a priced fox"]);
    expect(await of({ custom: { tags: "red", price: 30 } })).toEqual(["a priced fox"]);
    expect(await of({ custom: { price: "30" } })).toEqual([]);
    await expect(of({ costom: { price: 30 } })).rejects.toThrow("costom");
    await expect(of({ custom: { price: {} } })).rejects.toThrow("must have at least one of");
  });

  test("returns no results before the first document is stored", async () => {
    const empty = { vectors: new MemoryVectorStore(new MemoryCollection()), embedder };
    expect(await ask({ query: "fox" }, empty)).toEqual({ results: [] });
  });
});
