/** The columns of a tenant's collection, and what is noted on it. */
import { Field, FixedSizeList, Float32, Float64, Int32, Schema, Utf8 } from "apache-arrow";
import type { CollectionModel } from "../vector-store.ts";
import { listOf, ownFieldColumns } from "./own-fields.ts";

export const columns = {
  document_id: new Utf8(),
  chunk_index: new Int32(),
  version: new Int32(),
  start: new Int32(),
  end: new Int32(),
  /** The context, then the chunk's text: what the text index covers. */
  passage: new Utf8(),
  /** Where the text begins in `passage`, in UTF-16 units, so that it is stored once. */
  text_from: new Int32(),
  headings: listOf(new Utf8()),
  title: new Utf8(),
  language: new Utf8(),
  /** JSON of `SourcePlaces`; shown, never queried. */
  places: new Utf8(),
  /** JSON of `ChunkMetadata`; its fields besides the language are shown, never queried. */
  metadata: new Utf8(),
  /**
   * JSON of the document's attributes with their types, on its first row only. In every row of
   * 5,000 they would be 5,000 times 4 KB, and a filter would read them all.
   */
  attributes: new Utf8(),
  /** The same attributes for filters: names, and in the same order their values by type. */
  attribute_names: listOf(new Utf8()),
  attribute_strings: listOf(new Utf8()),
  attribute_numbers: listOf(new Float64()),
  /** 1 and 0: a list of Arrow booleans in which all lists are empty is refused as malformed. */
  attribute_booleans: listOf(new Int32()),
  /** Own fields of the chunk for filters, see `own-fields.ts`; in `metadata` they are to be shown. */
  ...ownFieldColumns,
} as const;

/** Collections of earlier versions do not. */
export const knowsOwnFields = (schema: Schema): boolean =>
  Object.keys(ownFieldColumns).every((name) => schema.fields.some((field) => field.name === name));

const requiredColumns = new Set([
  "document_id",
  "chunk_index",
  "version",
  "start",
  "end",
  "passage",
  "text_from",
  "headings",
]);

/** What a chunk is known by: `publish` replaces rows with equal keys. */
export const keyColumns = ["document_id", "chunk_index"];

/** What every reader needs; vectors are most of a row's bytes and read on request. */
export const readColumns = Object.keys(columns).filter(
  (name) => !name.startsWith("attribute") && !(name in ownFieldColumns),
);

export const vectorType = (dimensions: number) =>
  new FixedSizeList(dimensions, new Field("item", new Float32(), true));

/** @param notes metadata of the first column, see {@link noteUpdate} */
export function collectionSchema(model: CollectionModel, notes: Notes = {}): Schema {
  const fields = Object.entries(columns).map(
    ([name, type]) =>
      new Field(
        name,
        type,
        !requiredColumns.has(name),
        name === notedAt ? new Map(Object.entries(toMetadata(notes))) : null,
      ),
  );
  return new Schema(
    [...fields, new Field("vector", vectorType(model.dimensions), false)],
    new Map([
      ["sluice:embedding_model", model.embeddingModel],
      ["sluice:dimensions", String(model.dimensions)],
    ]),
  );
}

/** The model a collection was made for. */
export function modelOf(schema: {
  readonly metadata: ReadonlyMap<string, string>;
}): CollectionModel {
  return {
    embeddingModel: schema.metadata.get("sluice:embedding_model") ?? "an unknown model",
    dimensions: Number(schema.metadata.get("sluice:dimensions")),
  };
}

/** What a collection says of itself. LanceDB changes the metadata of a column, not of a table (0.37). */
export interface Notes {
  /** When it was last merged; missing until it first is. */
  readonly mergedAtMs?: number;
  /** It is still being built: readers take it as not there. @default false */
  readonly unfinished?: boolean;
}

const notedAt = "document_id";
const names = { mergedAtMs: "sluice:merged_at_ms", unfinished: "sluice:unfinished" } as const;

export function notesOf(schema: Schema): Notes {
  const noted = schema.fields.find(({ name }) => name === notedAt)?.metadata;
  const mergedAt = noted?.get(names.mergedAtMs);
  return {
    unfinished: noted?.get(names.unfinished) === "true",
    ...(mergedAt === undefined ? {} : { mergedAtMs: Number(mergedAt) }),
  };
}

export function noteUpdate(notes: Notes) {
  return { path: notedAt, metadata: toMetadata(notes) };
}

function toMetadata({ mergedAtMs, unfinished }: Notes): Record<string, string> {
  return {
    ...(mergedAtMs === undefined ? {} : { [names.mergedAtMs]: String(mergedAtMs) }),
    ...(unfinished === undefined ? {} : { [names.unfinished]: String(unfinished) }),
  };
}
