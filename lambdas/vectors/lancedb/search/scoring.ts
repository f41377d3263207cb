/**
 * Scores from 0 to 1, higher is better, comparable within one answer only:
 * - `vector`: 1 for the same direction as the query, 0.5 at a right angle
 * - `text`: BM25 pressed into 0 to 1; only its order has a meaning
 * - `hybrid`: reciprocal rank fusion; 1 is the best hit of both, 0.5 the best of one
 */

/** What a search ranks: the key of a chunk and where its row is; texts are read after. */
export interface Ranked {
  readonly rowId: bigint;
  readonly documentId: string;
  readonly version: number;
  readonly index: number;
  readonly score: number;
  readonly vectorScore?: number;
  readonly vectorRank?: number;
  readonly textRank?: number;
}

/** A row of a ranking, as the library gives it. */
export interface KeyRow {
  readonly _rowid: bigint;
  readonly document_id: string;
  readonly version: number;
  readonly chunk_index: number;
}

/** The fusion's constant, from the paper that introduced it (Cormack et al., SIGIR 2009). */
const fusionConstant = 60;

/** @param rows with their cosine distance, 0 to 2; an index may round it past either end */
export function byDistance(rows: readonly (KeyRow & { _distance: number })[]): Ranked[] {
  const hits = rows.map((row) => {
    const vectorScore = Math.min(1, Math.max(-1, 1 - row._distance));
    return { ...keyOf(row), score: (1 + vectorScore) / 2, vectorScore };
  });
  return inOrder(hits).map((hit, place) => ({ ...hit, vectorRank: place + 1 }));
}

/** @param rows with their BM25, from 0 without an upper bound */
export function byWords(rows: readonly (KeyRow & { _score: number })[]): Ranked[] {
  const hits = rows.map((row) => ({ ...keyOf(row), score: row._score / (1 + row._score) }));
  return inOrder(hits).map((hit, place) => ({ ...hit, textRank: place + 1 }));
}

/**
 * The library's own fusion is not used: it reads all vectors along, logs a
 * warning with each search, and does not notice that its two searches may fall
 * on two sides of a commit. Here a document's hits are all of one version,
 * the newer.
 */
export function fused(lists: readonly (readonly Ranked[])[]): Ranked[] {
  const newest = new Map<string, number>();
  for (const { documentId, version } of lists.flat()) {
    newest.set(documentId, Math.max(version, newest.get(documentId) ?? 0));
  }
  const hits = new Map<string, Ranked>();
  for (const list of lists) {
    for (const [rank, hit] of list.entries()) {
      if (hit.version !== newest.get(hit.documentId)) continue;
      const key = `${hit.index} ${hit.documentId}`;
      const share = fusionConstant / (fusionConstant + rank) / lists.length;
      hits.set(key, { ...hits.get(key), ...hit, score: (hits.get(key)?.score ?? 0) + share });
    }
  }
  return inOrder([...hits.values()]);
}

/** The cosine of the angle between two vectors; 0 where one has no direction. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let [dot, ofA, ofB] = [0, 0, 0];
  for (const [i, value] of a.entries()) {
    const other = b[i] ?? 0;
    dot += value * other;
    ofA += value * value;
    ofB += other * other;
  }
  return ofA === 0 || ofB === 0 ? 0 : dot / Math.sqrt(ofA * ofB);
}

function keyOf({ _rowid, document_id, version, chunk_index }: KeyRow) {
  return { rowId: _rowid, documentId: document_id, version, index: chunk_index };
}

/** Best first; equal ones by document and index, so that an answer is the same each time. */
function inOrder<T extends Omit<Ranked, "rowId">>(hits: readonly T[]): T[] {
  return hits.toSorted(
    (a, b) =>
      b.score - a.score ||
      Number(a.documentId > b.documentId) - Number(a.documentId < b.documentId) ||
      a.index - b.index,
  );
}
