/** Chunks as rows of a collection, and back. */
import { Float32, makeData, Table, Vector, vectorFromArray } from "apache-arrow";
import type { ChunkMetadata } from "../../contract/metadata.ts";
import type { AttributeValue } from "../../contract/vocabulary.ts";
import type { SourcePlaces } from "../../records/jobs/source-places.ts";
import type { ChunkRow, CollectionModel, DocumentVersion, StoredChunk } from "../vector-store.ts";
import { collectionSchema, columns, vectorType } from "./columns.ts";
import { ownFieldValues } from "./own-fields.ts";

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
  const values = valuesOf(document, rows);
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

function valuesOf(
  document: DocumentVersion,
  rows: readonly ChunkRow[],
): Record<keyof typeof columns, (row: ChunkRow) => unknown> {
  const first = rows.reduce((least, { index }) => Math.min(least, index), Number.MAX_SAFE_INTEGER);
  const onFirst =
    <T>(value: T) =>
    ({ index }: ChunkRow) =>
      index === first ? value : null;
  const names = Object.keys(document.attributes);
  const own = new Map(rows.map((row) => [row, ownFieldValues(row.metadata?.custom)]));
  const ofType = <T>(type: string) =>
    names.map((name) => {
      const value = document.attributes[name];
      return (typeof value === type ? value : null) as T | null;
    });
  return {
    document_id: () => document.documentId,
    chunk_index: ({ index }) => index,
    version: () => document.version,
    start: ({ start }) => start,
    end: ({ end }) => end,
    passage: ({ context = "", text }) => context + text,
    text_from: ({ context = "" }) => context.length,
    headings: ({ headings }) => headings,
    title: () => document.title ?? null,
    language: ({ metadata }) => metadata?.language ?? null,
    places: ({ places }) => (places === undefined ? null : JSON.stringify(places)),
    metadata: ({ metadata }) => (metadata === undefined ? null : JSON.stringify(metadata)),
    attributes: onFirst(JSON.stringify(document.attributes)),
    attribute_names: onFirst(names),
    attribute_strings: onFirst(ofType<string>("string")),
    // Minus zero sorts below zero in the store.
    attribute_numbers: onFirst(
      ofType<number>("number").map((value) => (value === null ? null : value + 0)),
    ),
    attribute_booleans: onFirst(
      ofType<boolean>("boolean").map((value) => (value === null ? null : Number(value))),
    ),
    custom_terms: (row) => own.get(row)?.custom_terms,
    custom_names: (row) => own.get(row)?.custom_names,
    custom_strings: (row) => own.get(row)?.custom_strings,
    custom_numbers: (row) => own.get(row)?.custom_numbers,
  };
}

/** A row as the library gives it: lists and vectors as Arrow vectors. */
export interface StoredRow {
  readonly document_id: string;
  readonly chunk_index: number;
  readonly version: number;
  readonly start: number;
  readonly end: number;
  readonly passage: string;
  readonly text_from: number;
  readonly headings: Iterable<string>;
  readonly title: string | null;
  readonly places: string | null;
  readonly metadata: string | null;
  readonly vector?: Iterable<number>;
}

export type Attributes = Readonly<Record<string, AttributeValue>>;

export function toChunk(row: StoredRow, tenant: string, attributes: Attributes): StoredChunk {
  return {
    tenant,
    documentId: row.document_id,
    version: row.version,
    index: row.chunk_index,
    start: row.start,
    end: row.end,
    text: row.passage.slice(row.text_from),
    ...(row.text_from === 0 ? {} : { context: row.passage.slice(0, row.text_from) }),
    headings: [...row.headings],
    attributes,
    ...(row.places === null ? {} : { places: JSON.parse(row.places) as SourcePlaces }),
    ...(row.title === null ? {} : { title: row.title }),
    ...(row.metadata === null ? {} : { metadata: JSON.parse(row.metadata) as ChunkMetadata }),
    ...(row.vector === undefined ? {} : { vector: readVector({ vector: row.vector }) }),
  };
}

export const readVector = ({ vector }: { vector: Iterable<number> }) => Float32Array.from(vector);
