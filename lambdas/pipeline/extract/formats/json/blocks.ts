import { type Block, type Inline, type ListItem, paragraph, text } from "../../document/blocks.ts";
import { type Json, JsonNumber, type JsonObject } from "./value.ts";

/** One record of a list: its fields as items, behind a mark of its place. */
export function recordBlocks(value: Json, record: number): Block[] {
  return [{ kind: "place", place: { record } }, ...valueBlocks(value)];
}

export function valueBlocks(value: Json): Block[] {
  const items = itemsOf(value);
  if (items === undefined) return [paragraph(scalar(value))];
  return items.length === 0 ? [] : [{ kind: "list", ordered: false, items }];
}

/** The items of a list or the fields of an object; nothing for a single value. */
function itemsOf(value: Json): ListItem[] | undefined {
  if (isList(value)) return value.map((item) => ({ blocks: valueBlocks(item) }));
  if (isObject(value))
    return Object.entries(value).map(([key, field]) => ({ blocks: fieldBlocks(key, field) }));
  return undefined;
}

function fieldBlocks(key: string, value: Json): Block[] {
  const name: Inline = text(`${key}:`, { bold: true });
  const isFlat = isList(value) && value.every((item) => !isList(item) && !isObject(item));
  if (isFlat || (!isList(value) && !isObject(value))) {
    const shown = isList(value) ? value.map(scalar).join(", ") : scalar(value);
    return [{ kind: "paragraph", content: [name, text(` ${shown}`)] }];
  }
  return [{ kind: "paragraph", content: [name] }, ...valueBlocks(value)];
}

export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json): value is JsonObject {
  return (
    typeof value === "object" && value !== null && !isList(value) && !(value instanceof JsonNumber)
  );
}

function scalar(value: Json): string {
  if (value === null) return "null";
  if (value instanceof JsonNumber) return value.source;
  if (typeof value === "string") return value;
  return typeof value === "boolean" || typeof value === "number" ? String(value) : "";
}
