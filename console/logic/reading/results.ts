/** Results of a search, for reading. */
import type { SearchAnswer } from "../../../lambdas/contract/calls/search.ts";
import { withoutMarkup } from "../../../lambdas/contract/without-markup.ts";
import { citationOf } from "./citation.ts";

export type SearchResult = SearchAnswer["results"][number];

export interface ResultGroup {
  readonly documentId: string;
  readonly title: string;
  /** Best first. */
  readonly results: readonly SearchResult[];
}

/** By document, in the order of each document's best passage. */
export function byDocument(results: readonly SearchResult[]): ResultGroup[] {
  const groups = new Map<string, SearchResult[]>();
  for (const result of results) {
    const group = groups.get(result.document_id) ?? [];
    groups.set(result.document_id, [...group, result]);
  }
  return [...groups].map(([documentId, of]) => ({
    documentId,
    title: of[0]?.title ?? documentId,
    results: of,
  }));
}

/** A passage as plain text. */
export function readable(passage: string): string {
  return withoutMarkup(passage)
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

/** Why a passage is among the results: its ranks and its similarity. */
export function whyFound(result: SearchResult): string[] {
  const { vector_rank: byMeaning, vector_score: cosine, text_rank: byWords } = result;
  const { rerank_score: reranked, score } = result;
  const similar = cosine === undefined ? "" : ` (cosine ${cosine.toFixed(2)})`;
  return [
    byMeaning === undefined
      ? `Not found by meaning${similar}`
      : `Rank ${byMeaning} by meaning${similar}`,
    byWords === undefined ? "Not found by words" : `Rank ${byWords} by words`,
    ...(reranked === undefined ? [] : [`Reranker's score ${reranked.toFixed(2)}`]),
    `Score ${score.toFixed(2)}, comparable within this search only`,
  ];
}

/** A reference to a passage: `Report, pages 3 to 4 (report.pdf, version 2, chunk 5)`. */
export function reference(result: SearchResult): string {
  const { document_id: id, document_version: version, chunk_index: chunk, title } = result;
  const place = citationOf(result);
  const where = place === undefined ? "" : `, ${place}`;
  return `${title ?? id}${where} (${id}, version ${version}, chunk ${chunk})`;
}
