/** From a ranking to hits: cut to the page, with the texts and attributes that belong to them. */
import type { SearchHit, SearchQuery } from "../../vector-store.ts";
import { readVector } from "../rows.ts";
import type { Collection } from "../tables/layout.ts";
import type { HitRow, MetAttributes } from "./attributes.ts";
import { rank } from "./ranking.ts";
import { cosine, type Ranked } from "./scoring.ts";

/**
 * Between the ranking and the reading of its rows another request of this process may bring a newer
 * version. A row that a commit moved or replaced is not found any more, and no other row ever takes
 * its id; then the search is made again. It meets such a commit twice in a row only beside incessant
 * publishes, and leaves out what it does not find the last time.
 */
const maxTries = 3;

export async function search(
  collection: Collection,
  query: SearchQuery,
  met: MetAttributes,
): Promise<readonly SearchHit[]> {
  for (let tries = 1; ; tries++) {
    const ranked = await withinBound(collection, query, await rank(collection, query));
    const { offset = 0, limit } = query;
    const page = ranked.slice(offset, offset + limit);
    const hits = await readHits(collection, query, page, met);
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

const cosineOf = (vector: Float32Array, row: HitRow) =>
  cosine(vector, readVector(row as unknown as { vector: Iterable<number> }));

/** Where a hit still needs its cosine, the vectors come with the texts: one round trip for both. */
async function readHits(
  collection: Collection,
  { mode, vector }: SearchQuery,
  page: readonly Ranked[],
  met: MetAttributes,
): Promise<SearchHit[]> {
  const { layout } = collection;
  const ids = page.map(({ rowId }) => rowId);
  const wanting = mode === "text" || !page.some(hasNoCosine) ? undefined : vector;
  const columns = wanting === undefined ? layout.columns : [...layout.columns, "vector"];
  const rows = await take(collection, ids, columns);
  const attributes = await met.of(collection, rows);
  const byId = new Map(rows.map((row) => [row._rowid, row]));
  return page.flatMap((hit) => {
    const row = byId.get(hit.rowId);
    if (row === undefined) return [];
    const { rowId: _, ...scores } = hit;
    const { vector: __, ...chunk } = layout.toChunk(row, attributes.get(row.document_id) ?? {});
    const cosine = wanting === undefined ? {} : { vectorScore: cosineOf(wanting, row) };
    return [{ ...chunk, ...cosine, ...scores }];
  });
}

async function take(
  { table }: Collection,
  rowIds: readonly bigint[],
  columns: readonly string[],
): Promise<HitRow[]> {
  if (rowIds.length === 0) return [];
  const query = table.takeRowIds(rowIds).withRowId();
  return (await query.select([...columns, "_rowid"]).toArray()) as HitRow[];
}
