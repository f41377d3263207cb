/** How often search finds the right document, with and without context, beside a plain baseline. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localEmbedder } from "../../../lambdas/models/local/local-embedder.ts";
import { pathOf } from "../../../lambdas/pipeline/chunk/path.ts";
import { split } from "../../../lambdas/pipeline/chunk/split.ts";
import { type Chunk, contextOf, embeddingInput } from "../../../lambdas/records/jobs/chunk.ts";
import { openStore } from "../../../lambdas/vectors/lancedb/connection.ts";
import type { LanceVectorStore } from "../../../lambdas/vectors/lancedb/lance-vector-store.ts";
import { lanceStoreOn } from "../../support/lance-store.ts";
import { bm25, splitRecursively } from "./baseline.ts";
import { type Manual, manuals } from "./manuals.ts";

const identity = { provider: "local", model: "all-MiniLM-L6-v2", recipe: "mean-pool-1" };
const model = { embeddingModel: identity.model, dimensions: 384 };
const embedder = localEmbedder({
  identity,
  modelDirectory: join(import.meta.dirname, "../../../models/all-MiniLM-L6-v2"),
});

async function embed(texts: readonly string[]): Promise<readonly Float32Array[]> {
  const options = { signal: new AbortController().signal, correlationId: "bench" };
  const { value } = await embedder.embed(texts, options);
  return value;
}

/** A ranking: ids of documents, best first, the same one as often as it has passages among the hits. */
type Ranking = (question: string) => Promise<readonly string[]> | readonly string[];

interface Measured {
  readonly name: string;
  /** Mean characters of a chunk. */
  readonly length: number;
  readonly rank: Ranking;
}

export async function measureQuality(count: number): Promise<void> {
  const pages = manuals(count);
  const folder = mkdtempSync(join(tmpdir(), "bench-quality-"));
  try {
    const store = lanceStoreOn(await openStore({ uri: folder }));
    const stored = [
      ...(await storeAll(store, "plain", pages, false)),
      ...(await storeAll(store, "context", pages, true)),
    ];
    const chunks = pages.flatMap(({ id, text }) =>
      splitRecursively(text).map((part) => ({ id, text: part })),
    );
    const find = bm25(chunks);
    const length = chunks.reduce((sum, { text }) => sum + text.length, 0) / chunks.length;
    await print(pages, [...stored, { name: "splitter 1,024/200 and BM25", length, rank: find }]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function storeAll(
  store: LanceVectorStore,
  tenant: string,
  pages: readonly Manual[],
  withContext: boolean,
): Promise<Measured[]> {
  let [chunkCount, characters] = [0, 0];
  for (const { id, title, text } of pages) {
    const options = { strategy: "markdown", maxTokens: 512, overlapTokens: 64 } as const;
    const chunks = [...split(text, options)].map((chunk): Chunk => {
      const path = withContext ? pathOf(title, chunk.headings) : undefined;
      return path === undefined ? chunk : { ...chunk, path };
    });
    const vectors = await embed(chunks.map(embeddingInput));
    const rows = chunks.map((chunk, i) => {
      const { index, start, end, headings } = chunk;
      const vector = vectors[i] ?? new Float32Array(model.dimensions);
      return { index, start, end, text: chunk.text, headings, context: contextOf(chunk), vector };
    });
    await store.publish({ tenant, documentId: id, version: 1, title, attributes: {} }, rows, model);
    chunkCount += chunks.length;
    characters += chunks.reduce((sum, chunk) => sum + chunk.text.length, 0);
  }
  await store.maintain({ nowMs: Date.now(), budgetMs: 600_000 });
  return (["text", "vector", "hybrid"] as const).map((mode) => ({
    name: `${mode}, ${withContext ? "with title and headings" : "text alone"}`,
    length: characters / chunkCount,
    rank: async (question) => {
      const [vector] = mode === "text" ? [] : await embed([question]);
      const query = { tenant, mode, text: question, limit: 10, filter: [] };
      const hits = await store.search(vector === undefined ? query : { ...query, vector });
      return hits.map(({ documentId }) => documentId);
    },
  }));
}

async function print(pages: readonly Manual[], all: readonly Measured[]): Promise<void> {
  console.log(`\n## Quality: ${pages.length} manual pages, as many questions\n`);
  console.log("| | chunk, characters | R@1 | R@5 | R@10 | MRR | |\n|---|---|---|---|---|---|---|");
  for (const { name, length, rank } of all) {
    const places: number[] = [];
    for (const { id, question } of pages) places.push((await rank(question)).indexOf(id) + 1);
    const within = (k: number) =>
      places.filter((place) => place > 0 && place <= k).length / places.length;
    const reciprocal = places.map((place) => (place > 0 && place <= 10 ? 1 / place : 0));
    const mrr = reciprocal.reduce((sum, value) => sum + value, 0) / places.length;
    const figures = [within(1), within(5), within(10), mrr].map((value) => value.toFixed(3));
    const plot = "█".repeat(Math.round(20 * within(1)));
    console.log(`| ${[name, length.toFixed(0), ...figures, plot].join(" | ")} |`);
  }
}
