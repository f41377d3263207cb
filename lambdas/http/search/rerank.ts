import type { Reranker } from "../../models/rerank/reranker.ts";
import { log } from "../../platform/log.ts";
import type { SearchHit } from "../../vectors/vector-store.ts";

/** A reranker is paid for each passage; what is not among the first so many is seldom the answer. */
export const rerankDepth = 50;

export type RerankedHit = SearchHit & { readonly rerankScore?: number };

/**
 * The first hits in the reranker's order, the others after them. Where it fails the order stays:
 * a search without it is better than none.
 */
export async function rerank(
  query: string,
  hits: readonly SearchHit[],
  reranker: Reranker,
): Promise<readonly RerankedHit[]> {
  const first = hits.slice(0, rerankDepth);
  if (first.length === 0) return hits;
  try {
    const scores = await reranker.score(query, first.map(readable));
    const scored = first.map((hit, i) => ({ ...hit, rerankScore: scores[i] ?? 0 }));
    return [
      ...scored.toSorted((a, b) => b.rerankScore - a.rerankScore),
      ...hits.slice(rerankDepth),
    ];
  } catch (error) {
    log.warn("The reranker failed; the search is answered in its own order", {
      reason: error instanceof Error ? error.message : "unknown",
    });
    return hits;
  }
}

function readable({ title, headings, text }: SearchHit): string {
  const path = [...(title === undefined ? [] : [title]), ...headings].join(" > ");
  return path === "" ? text : `${path}\n\n${text}`;
}
