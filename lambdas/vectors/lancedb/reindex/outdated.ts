/** The chunks that are still in tables of other models than the configured one. */
import type { DocumentRef } from "../../../records/documents/document-store.ts";
import type { Outdated, Passages } from "../../vector-store.ts";
import { commit } from "../conflict.ts";
import { predicate } from "../predicate.ts";
import type { StoredRow } from "../rows.ts";
import { attributesOf } from "../search/attributes.ts";
import type { Collection } from "../tables/layout.ts";

export async function outdatedIn(
  collections: readonly Collection[],
  limit: number,
): Promise<Outdated> {
  const found = await Promise.all(
    collections.map(async ({ table }) => {
      const where = predicate({ firstRows: true });
      const [total, rows] = await Promise.all([
        table.countRows(where),
        table.query().where(where).select(["document_id"]).limit(limit).toArray(),
      ]);
      return { total, ids: rows.map((row: { document_id: string }) => row.document_id) };
    }),
  );
  return {
    documentIds: [...new Set(found.flatMap(({ ids }) => ids))].slice(0, limit),
    total: found.reduce((sum, { total }) => sum + total, 0),
  };
}

/** The later version, if two tables have it. */
export async function passagesIn(
  collections: readonly Collection[],
  { tenant, documentId }: DocumentRef,
): Promise<Passages | undefined> {
  const found = await Promise.all(
    collections.map(async (collection): Promise<Passages | undefined> => {
      const { table, layout } = collection;
      const rows = (await table
        .query()
        .where(predicate({ documentId }))
        .select([...layout.columns])
        .orderBy([{ columnName: "chunk_index", ascending: true }])
        .toArray()) as StoredRow[];
      const attributes = (await attributesOf(collection, [documentId])).get(documentId) ?? {};
      const chunks = rows.map((row) => ({
        ...layout.toChunk(row, attributes),
        context: row.passage.slice(0, row.text_from),
      }));
      const [first] = chunks;
      if (first === undefined) return undefined;
      const { version, title } = first;
      const named = title === undefined ? {} : { title };
      return { tenant, documentId, version, ...named, attributes, rows: chunks };
    }),
  );
  return found
    .filter((one) => one !== undefined)
    .toSorted((a, b) => b.version - a.version)
    .at(0);
}

/**
 * A delete that matches nothing would be a commit, too.
 * @param upToVersion of the chunks that go @default all
 */
export async function removeIn(
  collections: readonly Collection[],
  documentId: string,
  upToVersion?: number,
): Promise<void> {
  const bound = upToVersion === undefined ? {} : { upToVersion };
  for (const { table, layout } of collections) {
    const where = predicate({ ...layout.scope, documentId, ...bound });
    if ((await table.countRows(where)) === 0) continue;
    await commit(`Removing ${documentId}`, () => table.delete(where));
  }
}
