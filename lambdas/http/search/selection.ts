/** What a search may ask beyond the best hits: one for each document, one for each text. */
import type { RerankedHit as SearchHit } from "./rerank.ts";

export interface SelectedHit {
  readonly hit: SearchHit;
  /** Hits of the same document, this one included. */
  readonly documentHits?: number;
  /** Other hits with the same text. */
  readonly duplicates?: readonly SearchHit[];
}

/** The best hit of each document stays, in order. */
export function oneForEachDocument(hits: readonly SelectedHit[]): SelectedHit[] {
  const groups = Map.groupBy(hits, ({ hit }) => hit.documentId);
  return [...groups.values()].flatMap(([best, ...others]) =>
    best === undefined ? [] : [{ ...best, documentHits: 1 + others.length }],
  );
}

/** The best hit with each text stays, in order; blanks do not make texts different. */
export function oneForEachText(hits: readonly SearchHit[]): SelectedHit[] {
  const groups = Map.groupBy(hits, ({ text }) => text.replaceAll(/\s+/g, " ").trim());
  return [...groups.values()].flatMap(([best, ...others]) =>
    best === undefined ? [] : [{ hit: best, duplicates: others }],
  );
}
