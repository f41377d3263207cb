/** A chunk's own fields (`metadata.custom`) as columns that filters read. */
import { Field, Float64, type Int32, List, Utf8 } from "apache-arrow";
import type { ChunkMetadata } from "../../contract/metadata.ts";
import type { AttributeValue } from "../../contract/vocabulary.ts";

export const listOf = <T extends Utf8 | Float64 | Int32>(type: T) =>
  new List(new Field("item", type, true));

export const ownFieldColumns = {
  /** One {@link termOf} for each value, and for each element of a list: what equality looks for. */
  custom_terms: listOf(new Utf8()),
  /** For ranges: names of fields that are no lists, and in the same order their values by type. */
  custom_names: listOf(new Utf8()),
  custom_strings: listOf(new Utf8()),
  custom_numbers: listOf(new Float64()),
} as const;

/** Filters compare with no longer texts, so longer values are not kept for them. */
const maxLength = 1_024;

/** A name with one of its values. Types differ: `2020` is not `"2020"`. */
export const termOf = (name: string, value: AttributeValue): string =>
  JSON.stringify([name, typeof value === "string" ? value.toWellFormed() : value]);

export function ownFieldValues(
  custom: ChunkMetadata["custom"] = {},
): Record<keyof typeof ownFieldColumns, readonly unknown[] | null> {
  const fields = Object.entries(custom);
  const terms = fields.flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter(isComparable)
      .map((element) => termOf(name, element)),
  );
  const single = fields.filter(([, value]) => isComparable(value));
  const ofType = (type: string) =>
    single.map(([, value]) => (typeof value === type ? value : null));
  if (terms.length === 0) {
    return { custom_terms: null, custom_names: null, custom_strings: null, custom_numbers: null };
  }
  return {
    custom_terms: terms,
    custom_names: single.map(([name]) => name),
    custom_strings: ofType("string"),
    // Minus zero sorts below zero in the store.
    custom_numbers: ofType("number").map((value) => (value === null ? null : Number(value) + 0)),
  };
}

function isComparable(value: unknown): value is AttributeValue {
  if (typeof value === "string") return value.length <= maxLength;
  return typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value));
}
