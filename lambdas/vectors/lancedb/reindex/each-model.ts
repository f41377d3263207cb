/** Reads of a tenant whose chunks lie in tables of more than one model, while they move to another. */
import {
  isComparable,
  type SearchHit,
  type SearchQuery,
  type StoredChunk,
  wordsOnly,
} from "../../vector-store.ts";
import type { MetAttributes } from "../search/attributes.ts";
import { search } from "../search/search.ts";
import type { Collection } from "../tables/layout.ts";

/**
 * Best first over all tables. Scores of a search by words and of one by vectors lie in the same
 * range, no more; a document that is in two tables for a moment counts in its later version.
 */
export async function searchEach(
  collections: readonly Collection[],
  query: SearchQuery,
  met: MetAttributes,
): Promise<readonly SearchHit[]> {
  const comparable = (collection: Collection) => isComparable(query, collection.model);
  const others = collections.filter((collection) => !comparable(collection));
  if (others.length > 0) query.onWordsOnly?.();
  // A chunk that is in two tables for a moment counts with its vector.
  const parts = [
    ...collections.filter(comparable).map((collection) => ({ collection, query })),
    ...others.map((collection) => ({ collection, query: wordsOnly(query) })),
  ];
  const [only] = parts;
  if (parts.length === 1 && only?.query !== undefined)
    return search(only.collection, only.query, met);
  const { offset = 0, limit } = query;
  const lists = await Promise.all(
    parts.map(async ({ collection, query: part }) =>
      part === undefined
        ? []
        : search(collection, { ...part, offset: 0, limit: offset + limit }, met),
    ),
  );
  return newestOnly(lists.flat())
    .toSorted((a, b) => b.score - a.score)
    .slice(offset, offset + limit);
}

/** Each chunk once, in the latest version that any table has of its document. */
export function newestOnly<Chunk extends StoredChunk>(chunks: readonly Chunk[]): Chunk[] {
  const newest = new Map<string, number>();
  for (const { documentId, version } of chunks) {
    newest.set(documentId, Math.max(version, newest.get(documentId) ?? 0));
  }
  const seen = new Set<string>();
  return chunks.filter(({ documentId, version, index }) => {
    const key = `${index} ${documentId}`;
    if (version !== newest.get(documentId) || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
