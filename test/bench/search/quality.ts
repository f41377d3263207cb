/** How often search finds the right document, with and without context, beside a common library. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathOf } from "../../../lambdas/pipeline/chunk/path.ts";
import { split } from "../../../lambdas/pipeline/chunk/split.ts";
import { type Chunk, contextOf, embeddingInput } from "../../../lambdas/records/jobs/chunk.ts";
import { openStore } from "../../../lambdas/vectors/lancedb/connection.ts";
import type { LanceVectorStore } from "../../../lambdas/vectors/lancedb/lance-vector-store.ts";
import { lanceStoreOn } from "../../support/lance-store.ts";
import { bm25 } from "./baseline.ts";
import { type Embed, keptEmbeddings, model } from "./embeddings.ts";
import { langchainSplitter } from "./langchain.ts";
import { type Manual, manuals } from "./manuals.ts";
import { faqAnswers, modulePages, pythonManual } from "./python-manual.ts";

export interface Quality {
  /** Manual pages, at most. */
  readonly documents: number;
  /** Below which Debian's packages stand. */
  readonly root: string;
  /** Keeps vectors and the library there. @default made anew and removed */
  readonly data?: string | undefined;
}

/** A ranking: ids of documents, best first, the same one as often as it has passages among the hits. */
type Ranking = (question: string) => Promise<readonly string[]> | readonly string[];

interface Measured {
  readonly name: string;
  /** Mean characters of a chunk. */
  readonly length: number;
  readonly rank: Ranking;
}

export async function measureQuality({ documents, root, data }: Quality): Promise<void> {
  const pages = await pagesOf(documents, root);
  const folder = mkdtempSync(join(tmpdir(), "bench-quality-"));
  const kept = data ?? folder;
  mkdirSync(kept, { recursive: true });
  try {
    const store = lanceStoreOn(await openStore({ uri: folder }));
    const embed = keptEmbeddings(kept);
    const stored = [
      ...(await storeAll(store, embed, "plain", pages, false)),
      ...(await storeAll(store, embed, "context", pages, true)),
    ];
    await print(pages, [...stored, await common(kept, pages)]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function pagesOf(documents: number, root: string): Promise<Manual[]> {
  const python = pythonManual(root);
  if (python === undefined) {
    console.error("Install python3-doc (Debian) for Python's manual and its FAQs as well.");
    return manuals(documents);
  }
  return [...manuals(documents), ...(await modulePages(python)), ...(await faqAnswers(python))];
}

/** LangChain's splitter with plain BM25. */
async function common(folder: string, pages: readonly Manual[]): Promise<Measured> {
  const { name, split: splitBy } = langchainSplitter(folder);
  const chunks: { id: string; text: string }[] = [];
  for (const { id, text } of pages) {
    for (const part of await splitBy(text)) chunks.push({ id, text: part });
  }
  const length = chunks.reduce((sum, { text }) => sum + text.length, 0) / chunks.length;
  return { name: `${name} and BM25`, length, rank: bm25(chunks) };
}

async function storeAll(
  store: LanceVectorStore,
  embed: Embed,
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
  console.log(`\n## Quality: ${pages.length} documents, as many questions\n`);
  console.log("| | chunk, characters | R@1 | R@5 | R@10 | MRR | |\n|---|---|---|---|---|---|---|");
  for (const { name, length, rank } of all) {
    const places: number[] = [];
    for (const { id, question } of pages) {
      places.push((await rank(question)).slice(0, 10).indexOf(id) + 1);
    }
    const within = (k: number) =>
      places.filter((place) => place > 0 && place <= k).length / places.length;
    const reciprocal = places.map((place) => (place > 0 ? 1 / place : 0));
    const mrr = reciprocal.reduce((sum, value) => sum + value, 0) / places.length;
    const figures = [within(1), within(5), within(10), mrr].map((value) => value.toFixed(3));
    const plot = "█".repeat(Math.round(20 * within(1)));
    console.log(`| ${[name, length.toFixed(0), ...figures, plot].join(" | ")} |`);
  }
}
