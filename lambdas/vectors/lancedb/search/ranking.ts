/** A search ranks row ids first; what the rows of the page hold is read after. */
import { MatchQuery } from "@lancedb/lancedb";
import type { FilterCondition } from "../../filter.ts";
import { isComparable, type SearchQuery } from "../../vector-store.ts";
import { knowsOwnFields } from "../columns.ts";
import { flatUpToFloats, isCoarse } from "../indexes.ts";
import { predicate, type Selection } from "../predicate.ts";
import type { Collection } from "../tables/layout.ts";
import { byDistance, byWords, fused, type Ranked } from "./scoring.ts";

/**
 * Hits each of the two searches of a hybrid one puts into the fusion. The same
 * for every page of an answer: with another depth the order would change.
 */
export const fusionDepth = 100;

/** So many times the hits are compared where the index is one of earlier code: 98 % are found of 400,000. */
const refineCoarse = 4;

/** Best first, from the first hit on; `limit` and `offset` are not applied yet. */
export async function rank(collection: Collection, query: SearchQuery): Promise<Ranked[]> {
  const selection = await select(collection, query);
  if (selection === undefined) return [];
  const depth = depthOf(query);
  switch (query.mode) {
    case "vector":
      return nearest(collection, query, selection, depth);
    case "text":
      return wordy(collection, query, selection, depth);
    case "hybrid": {
      const [byMeaning, byWords] = await Promise.all([
        nearest(collection, query, selection, fusionDepth),
        wordy(collection, query, selection, fusionDepth),
      ]);
      return fused({ byMeaning, byWords });
    }
  }
}

/**
 * Of equal hits the library keeps any that fit into the depth, so that two pages asked for with two
 * depths could both hold one hit, and none another. Pages up to here ask with the same depth; those
 * beyond with twice as much, and so on.
 */
function depthOf({ limit, offset = 0 }: SearchQuery): number {
  let depth = fusionDepth;
  while (depth < limit + offset) depth *= 2;
  return depth;
}

async function nearest(
  collection: Collection,
  query: SearchQuery,
  where: string,
  depth: number,
): Promise<Ranked[]> {
  const vector = comparable(query, collection);
  const rows = collection.table.query();
  const search = (where === "" ? rows : rows.where(where))
    .nearestTo(vector)
    .distanceType("cosine")
    .limit(depth)
    .withRowId();
  // The index compares coarsely, so its hits are compared again by the vectors themselves. Each is a read.
  search.refineFactor((await isCoarse(collection.table)) ? refineCoarse : 1);
  if (await isFewRows(collection, where)) search.bypassVectorIndex();
  return byDistance(await search.select(["_rowid", "_distance"]).toArray());
}

async function wordy(
  { table, layout }: Collection,
  query: SearchQuery,
  where: string,
  depth: number,
): Promise<Ranked[]> {
  const rows = table.query();
  // A match query takes the text as words; a string would be parsed as a query.
  const search = (where === "" ? rows : rows.where(where))
    .fullTextSearch(new MatchQuery(query.text, layout.textColumn))
    .limit(depth)
    .withRowId();
  return byWords(await search.select(["_rowid", "_score"]).toArray());
}

/** An index asked for the nearest of few rows may miss most of them; so few are compared one by one. */
async function isFewRows({ table, model }: Collection, where: string): Promise<boolean> {
  if (where === "") return false;
  const areFew = (rows: number) => rows * model.dimensions < flatUpToFloats;
  // All rows are counted without a read, those of a filter are not.
  return areFew(await table.countRows()) || areFew(await table.countRows(where));
}

/** The predicate of the query's filter, empty if there is none; `undefined` if no row can match. */
async function select(
  { table, layout }: Collection,
  { filter }: SearchQuery,
): Promise<string | undefined> {
  const isOfDocument = ({ field }: FilterCondition) =>
    field.startsWith("attributes.") && !layout.attributesInEachRow;
  // A collection that nothing was published to since an earlier version knows no own fields.
  const isOfChunk = ({ field }: FilterCondition) => field.startsWith("custom.");
  if (filter.some(isOfChunk) && !knowsOwnFields(await table.schema())) return undefined;
  const ofDocuments = filter.filter(isOfDocument);
  const selection: Selection = {
    ...layout.scope,
    filter: filter.filter((condition) => !isOfDocument(condition)),
  };
  if (ofDocuments.length === 0) {
    return Object.keys(layout.scope).length + filter.length === 0 ? "" : predicate(selection);
  }
  const matching = await table
    .query()
    .where(predicate({ ...layout.scope, firstRows: true, filter: ofDocuments }))
    .select(["document_id"])
    .toArray();
  if (matching.length === 0) return undefined;
  const documentId = [...new Set(matching.map((row: { document_id: string }) => row.document_id))];
  return predicate({ ...selection, documentId });
}

/** The query's vector; distances to another model's mean nothing. */
function comparable(query: SearchQuery, { model }: Collection): Float32Array {
  const { vector } = query;
  if (vector === undefined || !isComparable(query, model)) {
    throw new TypeError(`A ${query.mode} search needs a vector of ${model.embeddingModel}.`);
  }
  return vector;
}
