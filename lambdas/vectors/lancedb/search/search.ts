/** From a ranking to hits: cut to the page, with the texts and attributes that belong to them. */
import type { SearchHit, SearchQuery } from "../../vector-store.ts";
import { readVector } from "../rows.ts";
import type { Collection } from "../tables/layout.ts";
import { attributesOf } from "./attributes.ts";
import { rank } from "./ranking.ts";
import { cosine, type KeyRow, type Ranked } from "./scoring.ts";

/**
 * Between the ranking and the reading of its rows a commit may move them. Then
 * the search is made again; it meets such a commit twice in a row only beside
 * incessant publishes, and leaves out what it does not find the last time.
 */
const maxTries = 3;

export async function search(
  collection: Collection,
  query: SearchQuery,
): Promise<readonly SearchHit[]> {
  for (let tries = 1; ; tries++) {
    const ranked = await withVectorScores(collection, query, await rank(collection, query));
    const { offset = 0, limit } = query;
    const page = ranked.slice(offset, offset + limit);
    const hits = await readHits(collection, page);
    if (hits.length === page.length || tries === maxTries) return hits;
  }
}

/** Without those below the bound. A hit that only its words have found gets its cosine here. */
async function withVectorScores(
  collection: Collection,
  query: SearchQuery,
  ranked: readonly Ranked[],
): Promise<readonly Ranked[]> {
  const { mode, vector, minScore = Number.NEGATIVE_INFINITY, offset = 0, limit } = query;
  if (mode === "text" || vector === undefined) {
    return ranked.filter(({ score }) => score >= minScore);
  }
  // Without a bound only the page's own hits need theirs.
  const needed = query.minScore === undefined ? ranked.slice(offset, offset + limit) : ranked;
  const ids = needed
    .filter(({ vectorScore }) => vectorScore === undefined)
    .map(({ rowId }) => rowId);
  const vectors = new Map<bigint, Float32Array>();
  for (const row of await take(collection, ids, ["vector"])) {
    vectors.set(row._rowid, readVector(row as unknown as { vector: Iterable<number> }));
  }
  return ranked
    .map((hit) => {
      const own = vectors.get(hit.rowId);
      return own === undefined ? hit : { ...hit, vectorScore: cosine(vector, own) };
    })
    .filter(({ vectorScore }) => vectorScore === undefined || vectorScore >= minScore);
}

async function readHits(collection: Collection, page: readonly Ranked[]): Promise<SearchHit[]> {
  const { layout } = collection;
  const ids = page.map(({ rowId }) => rowId);
  const documentIds = [...new Set(page.map(({ documentId }) => documentId))];
  const [rows, attributes] = await Promise.all([
    take(collection, ids, layout.columns),
    attributesOf(collection, documentIds),
  ]);
  const byId = new Map(rows.map((row) => [row._rowid, row]));
  return page.flatMap((hit) => {
    const row = byId.get(hit.rowId);
    if (row === undefined || !isOf(hit, row)) return [];
    const { rowId: _, ...scores } = hit;
    return [{ ...layout.toChunk(row, attributes.get(hit.documentId) ?? {}), ...scores }];
  });
}

async function take(
  { table }: Collection,
  rowIds: readonly bigint[],
  columns: readonly string[],
): Promise<KeyRow[]> {
  if (rowIds.length === 0) return [];
  const query = table.takeRowIds(rowIds).withRowId();
  return (await query.select([...columns, "_rowid"]).toArray()) as KeyRow[];
}

const isOf = (hit: Ranked, row: KeyRow) =>
  row.document_id === hit.documentId &&
  row.chunk_index === hit.index &&
  row.version === hit.version;
