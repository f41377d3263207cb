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

/** A row of a hit, as it was read. */
export interface HitRow {
  readonly _rowid: bigint;
  readonly document_id: string;
  readonly version: number;
  readonly chunk_index: number;
}

/**
 * The attributes of the documents that rows belong to. A document's rows are written in their order,
 * so its first one mostly stands as many rows before a hit as the hit's index says, and is read
 * by its id: a look at the key's index takes a request for each document, one after the other.
 */
async function attributesBeside(
  collection: Collection,
  rows: readonly HitRow[],
): Promise<ReadonlyMap<string, Attributes>> {
  const firstIds = rows
    .filter(({ _rowid, chunk_index }) => placeOf(_rowid) >= chunk_index)
    .map(({ _rowid, chunk_index }) => _rowid - BigInt(chunk_index));
  const firsts =
    firstIds.length === 0
      ? []
      : ((await collection.table
          .takeRowIds(firstIds)
          .select(["document_id", "attributes"])
          .toArray()) as FirstRow[]);
  const found = new Map(
    firsts.flatMap(({ document_id, attributes }) =>
      attributes === null ? [] : [[document_id, JSON.parse(attributes) as Attributes] as const],
    ),
  );
  const missing = rows.map(({ document_id }) => document_id).filter((id) => !found.has(id));
  return new Map([...found, ...(await attributesOf(collection, missing))]);
}

interface FirstRow {
  readonly document_id: string;
  readonly attributes: string | null;
}

/** The lower half of a row id is the row's place in its file. */
const placeOf = (rowId: bigint) => Number(rowId & 0xffff_ffffn);

/**
 * Attributes of documents that searches have met, so that the next search does not wait for them
 * once more. They are kept by the file that a hit is in: files never change, so a document that was
 * removed and sent again, with other attributes, stands in another one.
 */
export class MetAttributes {
  readonly #most: number;
  readonly #kept = new Map<string, Attributes>();

  /** @param most documents; each has up to 4 KB */
  constructor(most = 2_000) {
    this.#most = most;
  }

  /** By the ids of the documents. */
  async of(
    collection: Collection,
    rows: readonly HitRow[],
  ): Promise<ReadonlyMap<string, Attributes>> {
    if (collection.layout.attributesInEachRow) return new Map();
    const ofDocuments = [...new Map(rows.map((row) => [row.document_id, row])).values()];
    const keyed = ofDocuments.map((row) => ({ row, key: keyOf(collection, row) }));
    const unknown = keyed.filter(({ key }) => !this.#kept.has(key)).map(({ row }) => row);
    const found = await attributesBeside(collection, unknown);
    return new Map(
      keyed.map(({ row: { document_id: documentId }, key }) => {
        const attributes = found.get(documentId) ?? this.#kept.get(key) ?? {};
        this.#keep(key, attributes);
        return [documentId, attributes];
      }),
    );
  }

  /** The one met last stands last. */
  #keep(key: string, attributes: Attributes): void {
    this.#kept.delete(key);
    this.#kept.set(key, attributes);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > this.#most && oldest !== undefined) this.#kept.delete(oldest);
  }
}

/** The upper half of a row id is the number of its file. */
const keyOf = ({ table }: Collection, { _rowid, version, document_id }: HitRow) =>
  JSON.stringify([table.name, String(_rowid >> 32n), version, document_id]);
