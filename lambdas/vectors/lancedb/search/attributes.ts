/** A document's attributes, which stand in its first row only. */

import { predicate } from "../predicate.ts";
import type { Attributes } from "../rows.ts";
import type { Collection } from "../tables/layout.ts";

/** By the ids of the documents; those without a row are missing. */
export async function attributesOf(
  { table, layout }: Collection,
  documentIds: readonly string[],
): Promise<ReadonlyMap<string, Attributes>> {
  if (layout.attributesInEachRow || documentIds.length === 0) return new Map();
  const rows = (await table
    .query()
    .where(predicate({ documentId: documentIds, firstRows: true }))
    .select(["document_id", "attributes"])
    .toArray()) as { document_id: string; attributes: string }[];
  return new Map(rows.map((row) => [row.document_id, JSON.parse(row.attributes) as Attributes]));
}
