/**
 * Predicates for the vector store. LanceDB takes them as SQL text only, so
 * this file is the one place where a value becomes part of such a text:
 * `literal` quotes, `predicate` builds, and nothing else in the repository
 * writes SQL. Without the quoting, a quote in an id deletes other documents.
 */
import { Utf8 } from "apache-arrow";
import type { AttributeValue } from "../../contract/vocabulary.ts";
import type { Filter, FilterCondition, FilterField } from "../filter.ts";
import type { ChunkRange } from "../vector-store.ts";
import { ownFieldColumns, termOf } from "./own-fields.ts";

/** Conditions that must all hold. At least one: an empty predicate would select, or delete, all rows. */
export interface Selection {
  /** In the shared table of earlier versions. A tenant's own table holds no other's rows. */
  readonly tenant?: string;
  /** One document, or any of several. */
  readonly documentId?: string | readonly string[];
  /** Chunks from this index on. */
  readonly fromIndex?: number;
  /** Of this version, or an earlier one. */
  readonly upToVersion?: number;
  /** The row of each document that holds its attributes. */
  readonly firstRows?: true;
  readonly filter?: Filter;
}

/** @throws RangeError without a condition */
export function predicate(selection: Selection): string {
  const { tenant, documentId, fromIndex, upToVersion, firstRows, filter = [] } = selection;
  const conditions = [
    ...(tenant === undefined ? [] : [`tenant = ${literal(tenant)}`]),
    ...(documentId === undefined ? [] : [oneOf("document_id", documentId)]),
    ...(fromIndex === undefined ? [] : [`chunk_index >= ${integer(fromIndex)}`]),
    ...(upToVersion === undefined ? [] : [`version <= ${integer(upToVersion)}`]),
    ...(firstRows ? ["attributes IS NOT NULL"] : []),
    ...filter.map(condition),
  ];
  if (conditions.length === 0) throw new RangeError("A predicate needs a condition.");
  return conditions.join(" AND ");
}

/** Rows of any of these ranges. */
export function anyRange(ranges: readonly ChunkRange[]): string {
  const each = ranges.map(
    ({ documentId, version, from, to }) =>
      `(document_id = ${literal(documentId)} AND version = ${integer(version)} AND chunk_index >= ${integer(from)} AND chunk_index <= ${integer(to)})`,
  );
  return each.length === 0 ? nothing : each.join(" OR ");
}

function oneOf(column: string, values: string | readonly string[]): string {
  if (typeof values === "string") return `${column} = ${literal(values)}`;
  return values.length === 0 ? nothing : `${column} IN (${values.map(literal).join(", ")})`;
}

/** A whole number as it is; as a double it would be compared past the index on the column. */
function integer(value: number): string {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not a whole number.`);
  return String(value);
}

/**
 * A value as an SQL literal. In the store's dialect a quote is the only
 * character with a meaning inside quotes: backslashes, comments and NUL stand
 * for themselves. A half of a surrogate pair has no UTF-8 and becomes U+FFFD,
 * here as in the rows. Minus zero sorts below zero there, so it is made zero.
 */
function literal(value: AttributeValue): string {
  if (typeof value === "string") return `'${value.toWellFormed().replaceAll("'", "''")}'`;
  if (typeof value === "boolean") return value ? "1" : "0"; // as they are stored, see rows.ts
  if (!Number.isFinite(value)) throw new RangeError(`${value} cannot be compared with.`);
  return `CAST('${value + 0}' AS DOUBLE)`;
}

const nothing = "FALSE";

/** Columns for own fields without a value. Arrow fields would be refused unless their class is the library's own. */
export const emptyOwnFields = Object.entries(ownFieldColumns).map(([name, { valueType }]) => ({
  name,
  valueSql: `arrow_cast(NULL, 'List(${valueType instanceof Utf8 ? "Utf8" : "Float64"})')`,
}));

function condition(condition: FilterCondition): string {
  switch (condition.op) {
    case "eq":
      return compare(condition.field, "=", condition.value);
    case "in": {
      const each = condition.values.map((value) => compare(condition.field, "=", value));
      return each.length === 0 ? nothing : `(${each.join(" OR ")})`;
    }
    case "range": {
      const bounds = [
        [">", condition.gt],
        [">=", condition.gte],
        ["<", condition.lt],
        ["<=", condition.lte],
      ] as const;
      const each = bounds.flatMap(([operator, bound]) =>
        bound === undefined ? [] : [compare(condition.field, operator, bound)],
      );
      return each.length === 0 ? nothing : `(${each.join(" AND ")})`;
    }
  }
}

/** True where the field has a value of the same type for which the comparison holds. */
function compare(field: FilterField, operator: string, value: AttributeValue): string {
  if (field === "document_id" || field === "language") {
    return typeof value === "string" ? `${field} ${operator} ${literal(value)}` : nothing;
  }
  const [, kind, name = ""] = /^(attributes|custom)\.(.*)$/s.exec(field) ?? [];
  if (kind === "custom" && operator === "=") {
    return `COALESCE(array_has(custom_terms, ${literal(termOf(name, value))}), FALSE)`;
  }
  if (kind === "custom" && typeof value === "boolean") return nothing;
  // Names are data, so each type has a list of values beside the list of names. NULL where there is
  // no such attribute, or one of another type.
  const prefix = kind === "custom" ? "custom" : "attribute";
  const found = `array_element(${prefix}_${typeof value}s, CAST(array_position(${prefix}_names, ${literal(name)}) AS BIGINT))`;
  return `COALESCE(${found} ${operator} ${literal(value)}, FALSE)`;
}
