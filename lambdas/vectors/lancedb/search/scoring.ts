/**
 * Scores from 0 to 1, higher is better, comparable within one answer only:
 * - `vector`: 1 for the same direction as the query, 0.5 at a right angle
 * - `text`: BM25 pressed into 0 to 1; only its order has a meaning
 * - `hybrid`: 0.6 for how near the vector is and 0.4 for the words, each in relation to the best hit;
 *   1 is the best hit of both
 */

/** What a search ranks: where a chunk's row is. What it holds is read after, for the page alone. */
export interface Ranked {
  readonly rowId: bigint;
  readonly score: number;
  readonly vectorScore?: number;
  readonly vectorRank?: number;
  readonly textRank?: number;
}

/** A row of a ranking, as the library gives it. */
export interface RowId {
  readonly _rowid: bigint;
}

/**
 * Measured with 450 documents and as many questions (ADR 46): from 0.3 to 0.5 for words all is well,
 * and each of the two alone is worse.
 */
const weights = { meaning: 0.6, words: 0.4 };

/** Among few chunks the worst cosine is hardly below the best; stretched further it would say too much. */
const leastSpread = 0.1;
/** A hit is worth more than none. */
const ofFarthest = 0.01;

/** @param rows with their cosine distance, 0 to 2; an index may round it past either end */
export function byDistance(rows: readonly (RowId & { _distance: number })[]): Ranked[] {
  const hits = rows.map((row) => {
    const vectorScore = Math.min(1, Math.max(-1, 1 - row._distance));
    return { rowId: row._rowid, score: (1 + vectorScore) / 2, vectorScore };
  });
  return inOrder(hits).map((hit, place) => ({ ...hit, vectorRank: place + 1 }));
}

/** @param rows with their BM25, from 0 without an upper bound */
export function byWords(rows: readonly (RowId & { _score: number })[]): Ranked[] {
  const hits = rows.map((row) => ({ rowId: row._rowid, score: row._score / (1 + row._score) }));
  return inOrder(hits).map((hit, place) => ({ ...hit, textRank: place + 1 }));
}

/**
 * Fuses by scores, not by ranks alone: how far a hit is behind the best one says more than its rank.
 *
 * The library's own fusion is not used: it fuses ranks, reads all vectors along and logs a warning
 * with each search.
 */
export function fused({
  byMeaning,
  byWords,
}: {
  readonly byMeaning: readonly Ranked[];
  readonly byWords: readonly Ranked[];
}): Ranked[] {
  const hits = new Map<bigint, Ranked>();
  const add = (list: readonly Ranked[], weight: number, shareOf: (hit: Ranked) => number) => {
    for (const hit of list) {
      const known = hits.get(hit.rowId);
      const score = (known?.score ?? 0) + weight * shareOf(hit);
      hits.set(hit.rowId, { ...known, ...hit, score });
    }
  };
  add(byMeaning, weights.meaning, nearness(byMeaning));
  add(byWords, weights.words, wordShare(byWords));
  return inOrder([...hits.values()]);
}

/** 1 for the nearest, hardly anything for the farthest of the list. */
function nearness(list: readonly Ranked[]): (hit: Ranked) => number {
  const cosines = list.map(({ vectorScore = 0 }) => vectorScore);
  const [best, worst] = [Math.max(...cosines), Math.min(...cosines)];
  const spread = Math.max(leastSpread, best - worst);
  return ({ vectorScore = 0 }) => 1 - (1 - ofFarthest) * ((best - vectorScore) / spread);
}

/** 1 for the best, its share of the best one's BM25 for each other. */
function wordShare(list: readonly Ranked[]): (hit: Ranked) => number {
  const best = Math.max(...list.map(bm25Of));
  return (hit) => (best === 0 ? 1 : bm25Of(hit) / best);
}

/** Of a hit by words, whose score is its BM25 pressed into 0 to 1. */
const bm25Of = ({ score }: Ranked) => score / (1 - score);

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

/** Best first; equal ones in the order of their rows, so that pages of an answer fit together. */
function inOrder(hits: readonly Ranked[]): Ranked[] {
  return hits.toSorted((a, b) => b.score - a.score || Number(a.rowId - b.rowId));
}
