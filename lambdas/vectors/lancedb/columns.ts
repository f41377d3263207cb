/** The columns of the collection. */
import { Field, FixedSizeList, Float32, Float64, Int32, List, Schema, Utf8 } from "apache-arrow";
import type { CollectionModel } from "../vector-store.ts";

const listOf = <T extends Utf8 | Float64 | Int32>(type: T) =>
  new List(new Field("item", type, true));

export const columns = {
  tenant: new Utf8(),
  document_id: new Utf8(),
  chunk_index: new Int32(),
  version: new Int32(),
  start: new Int32(),
  end: new Int32(),
  text: new Utf8(),
  headings: listOf(new Utf8()),
  title: new Utf8(),
  language: new Utf8(),
  /** JSON of `ChunkMetadata`; its fields besides the language are shown, never queried. */
  metadata: new Utf8(),
  /** JSON of the document's attributes, with their types; what readers get back. */
  attributes: new Utf8(),
  /** The same attributes for filters: names, and in the same order their values by type. */
  attribute_names: listOf(new Utf8()),
  attribute_strings: listOf(new Utf8()),
  attribute_numbers: listOf(new Float64()),
  /** 1 and 0: a list of Arrow booleans in which all lists are empty is refused as malformed. */
  attribute_booleans: listOf(new Int32()),
} as const;

const optionalColumns = new Set(["title", "language", "metadata"]);

/** What a chunk is known by: `publish` replaces rows with equal keys. */
export const keyColumns = ["tenant", "document_id", "chunk_index"];

/** What every reader needs; vectors are most of a row's bytes and read on request. */
export const readColumns = Object.keys(columns).filter((name) => !name.startsWith("attribute_"));

export const vectorType = (dimensions: number) =>
  new FixedSizeList(dimensions, new Field("item", new Float32(), true));

export function collectionSchema(model: CollectionModel): Schema {
  const fields = Object.entries(columns).map(
    ([name, type]) => new Field(name, type, optionalColumns.has(name)),
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

/** LanceDB changes the metadata of a column, but not that of a table (0.37). */
const notedAt = { column: "tenant", name: "sluice:merged_at_ms" };

/** When the collection was last merged; unknown until it first is. */
export function mergedAtMs(schema: Schema): number | undefined {
  const noted = schema.fields
    .find(({ name }) => name === notedAt.column)
    ?.metadata.get(notedAt.name);
  return noted === undefined ? undefined : Number(noted);
}

export function mergeNote(nowMs: number) {
  return { path: notedAt.column, metadata: { [notedAt.name]: String(nowMs) } };
}
