/** Chunks as rows of the collection, and back. */
import { Float32, makeData, Table, Vector, vectorFromArray } from "apache-arrow";
import type { ChunkMetadata } from "../../contract/metadata.ts";
import type { AttributeValue } from "../../contract/vocabulary.ts";
import type { ChunkRow, CollectionModel, DocumentVersion, StoredChunk } from "../vector-store.ts";
import { collectionSchema, columns, vectorType } from "./columns.ts";

/**
 * Rows as Arrow columns. Vectors go over as one block of floats: as rows of
 * JavaScript numbers, 5,000 of them would take some ten times the memory.
 */
export function toTable(
  document: DocumentVersion,
  rows: readonly ChunkRow[],
  model: CollectionModel,
): Table {
  const { dimensions } = model;
  const floats = new Float32Array(rows.length * dimensions);
  rows.forEach((row, i) => {
    if (row.vector.length !== dimensions) {
      throw new RangeError(
        `Chunk ${row.index} of ${document.documentId} has a vector of ${row.vector.length} dimensions; the collection's have ${dimensions}.`,
      );
    }
    floats.set(row.vector, i * dimensions);
  });
  const names = Object.keys(document.attributes);
  const ofType = <T>(type: string) =>
    names.map((name) => {
      const value = document.attributes[name];
      return (typeof value === type ? value : null) as T | null;
    });
  const [strings, numbers, booleans] = [
    ofType<string>("string"),
    ofType<number>("number").map((value) => (value === null ? null : value + 0)),
    ofType<boolean>("boolean").map((value) => (value === null ? null : Number(value))),
  ];
  const attributes = JSON.stringify(document.attributes);
  const values: Record<keyof typeof columns, (row: ChunkRow) => unknown> = {
    tenant: () => document.tenant,
    document_id: () => document.documentId,
    chunk_index: (row) => row.index,
    version: () => document.version,
    start: (row) => row.start,
    end: (row) => row.end,
    text: (row) => row.text,
    headings: (row) => row.headings,
    title: () => document.title ?? null,
    language: (row) => row.metadata?.language ?? null,
    metadata: (row) => (row.metadata === undefined ? null : JSON.stringify(row.metadata)),
    attributes: () => attributes,
    attribute_names: () => names,
    attribute_strings: () => strings,
    attribute_numbers: () => numbers,
    attribute_booleans: () => booleans,
  };
  const described = Object.entries(columns).map(([name, type]): [string, Vector] => [
    name,
    vectorFromArray(rows.map(values[name as keyof typeof columns]), type),
  ]);
  const vector = new Vector([
    makeData({
      type: vectorType(dimensions),
      length: rows.length,
      child: makeData({ type: new Float32(), data: floats }),
    }),
  ]);
  return new Table(collectionSchema(model), { ...Object.fromEntries(described), vector });
}

/** A row as the library gives it: lists and vectors as Arrow vectors. */
export interface StoredRow {
  readonly tenant: string;
  readonly document_id: string;
  readonly chunk_index: number;
  readonly version: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly headings: Iterable<string>;
  readonly title: string | null;
  readonly metadata: string | null;
  readonly attributes: string;
  readonly vector?: Iterable<number>;
}

export function toChunk(row: StoredRow): StoredChunk {
  return {
    tenant: row.tenant,
    documentId: row.document_id,
    version: row.version,
    index: row.chunk_index,
    start: row.start,
    end: row.end,
    text: row.text,
    headings: [...row.headings],
    attributes: JSON.parse(row.attributes) as Record<string, AttributeValue>,
    ...(row.title === null ? {} : { title: row.title }),
    ...(row.metadata === null ? {} : { metadata: JSON.parse(row.metadata) as ChunkMetadata }),
    ...(row.vector === undefined ? {} : { vector: Float32Array.from(row.vector) }),
  };
}
