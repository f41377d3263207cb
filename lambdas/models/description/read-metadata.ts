/**
 * Chunk metadata from what a model said. It is taken as it comes: what a model
 * names otherwise, leaves out, doubles or types freely is repaired, because a
 * refused answer is a chunk without metadata, and asking again costs the same
 * answer once more.
 */
import type { CustomSchema } from "../../contract/custom-schema.ts";
import { type ChunkMetadata, type Entity, entityTypes } from "../../contract/metadata.ts";
import { acceptCustom } from "../custom-fields.ts";
import { type Fields, isFields } from "../fields.ts";
import type { DescribeRequest } from "../models.ts";
import { clip, withinBounds } from "../within-bounds.ts";
import { type FieldName, fieldNamed } from "./field-names.ts";
import { jsonObjects, meantObject, withoutThought } from "./json-objects.ts";
import { languageCode } from "./language-code.ts";

/**
 * The last complete object that fits; `undefined` if there is none.
 * @param said Each place where an answer may stand, the likeliest first.
 */
export function readMetadata(
  said: readonly (string | Fields)[],
  request: DescribeRequest,
  custom: CustomSchema | undefined,
): ChunkMetadata | undefined {
  for (const part of said) {
    const objects = typeof part === "string" ? jsonObjects(part) : [part];
    for (const object of objects) {
      const fields = fieldsOf(object);
      if (fields !== undefined) return metadata(fields, object, request, custom);
    }
  }
  for (const part of said) {
    const meant = typeof part === "string" ? meantObject(part) : undefined;
    const fields = meant && fieldsOf(meant);
    if (meant !== undefined && fields !== undefined)
      return metadata(fields, meant, request, custom);
  }
  const [likeliest] = said;
  const labelled = typeof likeliest === "string" ? labelledLines(withoutThought(likeliest)) : {};
  const { title, summary } = labelled;
  if (title === undefined || summary === undefined) return undefined;
  return metadata(labelled, labelled, request, custom);
}

/** `**Title:** The sluices` and its like, by models that know no JSON. */
function labelledLines(said: string): Partial<Record<FieldName, string>> {
  const fields: Partial<Record<FieldName, string>> = {};
  const labels = /^[^\p{L}\n]{0,6}([\p{L} ]{3,24})[*_ \t]{0,3}[:：][*_ \t]{0,3}(\S.*)$/gmu;
  for (const [, label = "", value = ""] of said.matchAll(labels)) {
    const field = fieldNamed(label);
    if (field !== undefined) fields[field] = value.replace(/\*+$/, "").trim();
  }
  return fields;
}

/** The fields by their names, in the object itself or one that it wraps; `undefined` if it is no answer. */
function fieldsOf(object: Fields, depth = 0): Partial<Record<FieldName, unknown>> | undefined {
  const fields: Partial<Record<FieldName, unknown>> = {};
  for (const [name, value] of Object.entries(object)) {
    const field = fieldNamed(name);
    if (field !== undefined && value !== null) fields[field] ??= value;
  }
  if (isAnswer(fields)) return fields;
  if (depth > 1) return undefined;
  for (const inner of Object.values(object)) {
    const candidates: unknown[] =
      // The object once more, as a text: `{"response": "{…}"}`.
      typeof inner === "string" && /^\s*\{/.test(inner) ? jsonObjects(inner) : [inner].flat();
    for (const candidate of candidates) {
      const found = isFields(candidate) ? fieldsOf(candidate, depth + 1) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The schema itself, repeated by a small model, has fields of these names as well: they hold objects. */
function isAnswer({ title, summary, keywords }: Partial<Record<FieldName, unknown>>): boolean {
  if ([title, summary].some((field) => isFields(field) && texts(field).length === 0)) return false;
  if (typeof title === "string" && typeof summary === "string") return true;
  return [title, summary, keywords].flatMap(texts).some((text) => text.trim() !== "");
}

function metadata(
  fields: Partial<Record<FieldName, unknown>>,
  object: Fields,
  { text, headings }: DescribeRequest,
  schema: CustomSchema | undefined,
): ChunkMetadata {
  const summary = texts(fields.summary).join(" ").trim();
  const title = texts(fields.title).join(" ").trim();
  // Small models put the caller's fields beside the others.
  const candidate = isFields(fields.custom) ? fields.custom : object;
  const custom = schema && acceptCustom(schema, candidate);
  return withinBounds({
    title: title || clip(headings.at(-1) ?? firstSentence(summary || text), 100),
    summary: summary || clip(title || firstSentence(text), 400),
    keywords: texts(fields.keywords).flatMap((words) => listed(words)),
    entities: entities(fields.entities),
    language: languageCode(isFields(fields.language) ? fields.language["code"] : fields.language),
    ...(custom === undefined ? {} : { custom }),
  });
}

/** The texts in a value: itself, its items, or what its objects call their text. */
function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number") return [String(value)];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => texts(item));
  if (!isFields(value)) return [];
  const named = Object.entries(value).find(([name]) =>
    /^(?:text|name|value|word|keyword|term|phrase|entity|mention)$/i.test(name),
  );
  return named === undefined ? [] : texts(named[1]);
}

/** `a, b; c` or lines with bullets, as one by one. */
function listed(words: string): string[] {
  return words
    .split(/[,;\n、，；]/u)
    .map((word) => word.replace(/^\s*(?:[-*•]|\d+[.)])\s+/u, "").trim());
}

function entities(value: unknown, type: Entity["type"] = "other"): Entity[] {
  if (typeof value === "string") return listed(value).map((text) => ({ text, type }));
  if (Array.isArray(value)) return value.flatMap((item: unknown) => entities(item, type));
  if (!isFields(value)) return [];
  const [text] = texts(value);
  if (text !== undefined) {
    const named = Object.entries(value).find(([name]) =>
      /^(?:type|label|category|kind|class|entity_?type)$/i.test(name),
    )?.[1];
    return [{ text, type: typeof named === "string" ? entityType(named) : type }];
  }
  // By type: `{"people": ["Anna"], "places": []}`.
  return Object.entries(value).flatMap(([name, items]) => entities(items, entityType(name)));
}

const typeNames: readonly (readonly [RegExp, Entity["type"]])[] = [
  [/^(?:per|person|people|human|name|author)/, "person"],
  [/^(?:org|compan|institution|business|agenc|brand)/, "organisation"],
  [/^(?:place|loc|gpe|fac|city|cities|countr|address|region|geo)/, "place"],
  [/^(?:date|time|year|day|month|period|duration)/, "date"],
  [/^(?:amount|money|monetary|quantit|price|percent|number|cardinal|currenc|value)/, "amount"],
];

function entityType(name: string): Entity["type"] {
  const plain = name.trim().toLowerCase();
  const known = entityTypes.find((type) => type === plain);
  return known ?? typeNames.find(([pattern]) => pattern.test(plain))?.[1] ?? "other";
}

/** The first sentence that says something. */
function firstSentence(text: string): string {
  const line = text.toWellFormed().trim();
  return /^[\s\S]{10,400}?[.!?。！？](?=\s|$|[\p{Lo}])/u.exec(line)?.[0] ?? line.slice(0, 400);
}
