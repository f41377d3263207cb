/**
 * Scores from 0 to 1, higher is better, comparable within one answer only:
 * - `vector`: 1 for the same direction as the query, 0.5 at a right angle
 * - `text`: BM25 pressed into 0 to 1; only its order has a meaning
 * - `hybrid`: reciprocal rank fusion; 1 is the best hit of both, 0.5 the best of one
 */
import type { SearchHit } from "../vector-store.ts";
import { type StoredRow, toChunk } from "./rows.ts";

/** The fusion's constant, from the paper that introduced it (Cormack et al., SIGIR 2009). */
const fusionConstant = 60;

/** @param rows with their cosine distance, 0 to 2; an index may round it past either end */
export function byDistance(rows: readonly (StoredRow & { _distance: number })[]): SearchHit[] {
  return inOrder(
    rows.map((row) => ({
      ...toChunk(row),
      score: Math.min(1, Math.max(0, 1 - row._distance / 2)),
    })),
  );
}

/** @param rows with their BM25, from 0 without an upper bound */
export function byWords(rows: readonly (StoredRow & { _score: number })[]): SearchHit[] {
  return inOrder(rows.map((row) => ({ ...toChunk(row), score: row._score / (1 + row._score) })));
}

/**
 * The library's own fusion is not used: it reads all vectors along, logs a
 * warning with each search, and does not notice that its two searches may fall
 * on two sides of a commit. Here a document's hits are all of one version,
 * the newer.
 */
export function fused(lists: readonly (readonly SearchHit[])[]): SearchHit[] {
  const newest = new Map<string, number>();
  for (const { documentId, version } of lists.flat()) {
    newest.set(documentId, Math.max(version, newest.get(documentId) ?? 0));
  }
  const hits = new Map<string, SearchHit>();
  for (const list of lists) {
    for (const [rank, hit] of list.entries()) {
      if (hit.version !== newest.get(hit.documentId)) continue;
      const key = `${hit.index} ${hit.documentId}`;
      const share = fusionConstant / (fusionConstant + rank) / lists.length;
      hits.set(key, { ...hit, score: (hits.get(key)?.score ?? 0) + share });
    }
  }
  return inOrder([...hits.values()]);
}

/** Best first; equal ones by document and index, so that an answer is the same each time. */
function inOrder(hits: readonly SearchHit[]): SearchHit[] {
  return hits.toSorted(
    (a, b) =>
      b.score - a.score ||
      Number(a.documentId > b.documentId) - Number(a.documentId < b.documentId) ||
      a.index - b.index,
  );
}
