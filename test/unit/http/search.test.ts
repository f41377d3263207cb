import { beforeEach, describe, expect, test } from "vitest";
import { searchAnswerSchema, searchRequestSchema } from "../../../lambdas/contract/calls/search.ts";
import { RequestRefusedError } from "../../../lambdas/contract/refusals.ts";
import { search } from "../../../lambdas/http/search/search.ts";
import type { QueryEmbedder } from "../../../lambdas/models/query/query-embedder.ts";
import { MemoryCollection, MemoryVectorStore } from "../../support/fakes/vector-store.ts";
import { documentOf, model, rowOf, unitVector } from "../../support/vectors.ts";

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

  const ask = (body: unknown, ports = { vectors, embedder }, of = settings) =>
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

  test("does not compare vectors of two models", async () => {
    const refused = ask({ query: "fox" }, undefined, { embeddingModel: "another" });
    await expect(refused).rejects.toMatchObject({ code: "unavailable" });
    await expect(refused).rejects.toThrow(/another .* is configured/);
  });

  test("keeps to the limit and the filter", async () => {
    expect((await ask({ query: "fox", limit: 1 })).results).toHaveLength(1);
    const of = (year: unknown) => ask({ query: "fox", filter: { attributes: { year } } });
    expect((await of(2020)).results).toHaveLength(2);
    expect((await of("2020")).results).toEqual([]);
    expect((await of({ gte: 2021 })).results).toEqual([]);
  });

  test("returns no results before the first document is stored", async () => {
    const empty = { vectors: new MemoryVectorStore(new MemoryCollection()), embedder };
    expect(await ask({ query: "fox" }, empty)).toEqual({ results: [] });
  });
});
