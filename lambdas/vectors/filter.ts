/** A search, and the closed grammar of its filter. Filters are data, never query text. */
import type { AttributeValue } from "../contract/vocabulary.ts";

/**
 * What a filter may speak of: a document, a language, an attribute by its name, or one of the
 * chunk's own fields (`metadata.custom`) by its name. An own field that is a list equals a value if
 * one of its elements does, and is in no range.
 */
export type FilterField = "document_id" | "language" | `attributes.${string}` | `custom.${string}`;

/** All conditions must hold. */
export type Filter = readonly FilterCondition[];

export type FilterCondition =
  | { readonly field: FilterField; readonly op: "eq"; readonly value: AttributeValue }
  | { readonly field: FilterField; readonly op: "in"; readonly values: readonly AttributeValue[] }
  | {
      readonly field: FilterField;
      readonly op: "range";
      readonly gt?: number | string;
      readonly gte?: number | string;
      readonly lt?: number | string;
      readonly lte?: number | string;
    };
