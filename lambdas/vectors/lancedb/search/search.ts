/** From a ranking to hits: cut to the page, with the texts and attributes that belong to them. */
import type { SearchHit, SearchQuery } from "../../vector-store.ts";
import { readVector } from "../rows.ts";
import type { Collection } from "../tables/layout.ts";
import { attributesOf } from "./attributes.ts";
import { rank } from "./ranking.ts";
import { cosine, type KeyRow, type Ranked } from "./scoring.ts";

/**
 * Between the ranking and the reading of its rows another request of this process may bring a newer
 * version, which moves them. Then the search is made again; it meets such a commit twice in a row
 * only beside incessant publishes, and leaves out what it does not find the last time.
 */
const maxTries = 3;

export async function search(
  collection: Collection,
  query: SearchQuery,
): Promise<readonly SearchHit[]> {
  for (let tries = 1; ; tries++) {
    const ranked = await withinBound(collection, query, await rank(collection, query));
    const { offset = 0, limit } = query;
    const page = ranked.slice(offset, offset + limit);
    const hits = await readHits(collection, query, page);
    if (hits.length === page.length || tries === maxTries) return hits;
  }
}

/** Without hits below the bound: of the cosine, which a hit that only its words have found gets here. */
async function withinBound(
  collection: Collection,
  { mode, vector, minScore }: SearchQuery,
  ranked: readonly Ranked[],
): Promise<readonly Ranked[]> {
  if (minScore === undefined) return ranked;
  if (mode === "text" || vector === undefined) {
    return ranked.filter(({ score }) => score >= minScore);
  }
  const ids = ranked.filter(hasNoCosine).map(({ rowId }) => rowId);
  const rows = await take(collection, ids, ["vector"]);
  const cosines = new Map(rows.map((row) => [row._rowid, cosineOf(vector, row)]));
  return ranked
    .map((hit) => ({ ...hit, vectorScore: hit.vectorScore ?? cosines.get(hit.rowId) ?? -1 }))
    .filter(({ vectorScore }) => vectorScore >= minScore);
}

const hasNoCosine = ({ vectorScore }: Ranked) => vectorScore === undefined;

const cosineOf = (vector: Float32Array, row: KeyRow) =>
  cosine(vector, readVector(row as unknown as { vector: Iterable<number> }));

/** Where a hit still needs its cosine, the vectors come with the texts: one round trip for both. */
async function readHits(
  collection: Collection,
  { mode, vector }: SearchQuery,
  page: readonly Ranked[],
): Promise<SearchHit[]> {
  const { layout } = collection;
  const ids = page.map(({ rowId }) => rowId);
  const documentIds = [...new Set(page.map(({ documentId }) => documentId))];
  const wanting = mode === "text" || !page.some(hasNoCosine) ? undefined : vector;
  const [rows, attributes] = await Promise.all([
    take(collection, ids, wanting === undefined ? layout.columns : [...layout.columns, "vector"]),
    attributesOf(collection, documentIds),
  ]);
  const byId = new Map(rows.map((row) => [row._rowid, row]));
  return page.flatMap((hit) => {
    const row = byId.get(hit.rowId);
    if (row === undefined || !isOf(hit, row)) return [];
    const { rowId: _, ...scores } = hit;
    const { vector: __, ...chunk } = layout.toChunk(row, attributes.get(hit.documentId) ?? {});
    const cosine = wanting === undefined ? {} : { vectorScore: cosineOf(wanting, row) };
    return [{ ...chunk, ...cosine, ...scores }];
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
