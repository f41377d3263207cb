/** A document's attributes, from the file beside its object or from the object's tags. */
import * as z from "zod";
import { ingestRequestSchema } from "../contract/calls/ingest.ts";
import { maxExtrasBytes } from "../contract/limits.ts";
import { originAttributes } from "../contract/sources.ts";
import { inPlainWords } from "../contract/validation-messages.ts";
import type { AttributeValue } from "../contract/vocabulary.ts";
import { ObjectUnreadableError, type SourceBucket } from "./bucket.ts";
import { attributesSuffix, type Source } from "./source.ts";

export type Attributes = Readonly<Record<string, AttributeValue>>;

/** Far more than attributes may have; a larger file is something else. */
const maxFileBytes = 4 * maxExtrasBytes;

/**
 * With the {@link originAttributes}, so that searches can be limited to a source and lead back to the
 * object; an object's own attributes of these names win.
 * @throws ObjectUnreadableError `invalid_attributes`
 */
export async function attributesOf(
  source: Source,
  key: string,
  bucket: SourceBucket,
): Promise<Attributes> {
  const own = await ownAttributes(source, key, bucket);
  const origin = { [originAttributes.source]: source.name, [originAttributes.key]: key };
  const all = { ...origin, ...(own as object) };
  const parsed = ingestRequestSchema.safeParse(
    { text: "", attributes: all },
    { error: inPlainWords },
  );
  if (parsed.success) return parsed.data.attributes;
  const [first] = parsed.error.issues;
  throw invalid(`${first?.path.join(".") ?? "attributes"} ${first?.message ?? "are invalid"}`, key);
}

async function ownAttributes(source: Source, key: string, bucket: SourceBucket): Promise<unknown> {
  switch (source.attributes) {
    case "none":
      return {};
    case "tags":
      return fromTags(await bucket.tags(key));
    case "file": {
      const text = await bucket.text(key + attributesSuffix, maxFileBytes);
      return text === undefined ? {} : fromFile(text, key + attributesSuffix);
    }
  }
}

/**
 * Tags follow rules of a company, not ours: what names of attributes lack becomes `_`, as in
 * `cost_center`. Nobody can change the tags that AWS sets itself.
 */
function fromTags(tags: Attributes): Attributes {
  const own = Object.entries(tags).filter(([name]) => !name.startsWith("aws:"));
  const named = own.map(([name, value]) => [attributeNameOf(name), value, name] as const);
  // Of two that become one, the one that has that name already.
  const sorted = named.toSorted(
    ([a, , tagA], [b, , tagB]) => Number(a === tagA) - Number(b === tagB),
  );
  return Object.fromEntries(sorted.map(([name, value]) => [name, value]));
}

function attributeNameOf(tag: string): string {
  return tag
    .replace(/[^A-Za-z0-9_]/g, "_")
    .replace(/^(?=[0-9])/, "_")
    .slice(0, 64);
}

/** Flat, or under `metadataAttributes` as knowledge bases of Amazon Bedrock have it. */
const fileSchema = z.union([
  z.object({ metadataAttributes: z.record(z.string(), z.unknown()) }),
  z.record(z.string(), z.unknown()),
]);

function fromFile(text: string, key: string): unknown {
  let json: unknown;
  try {
    // Editors on Windows begin a file with a byte order mark.
    json = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    throw invalid("The file is not JSON", key);
  }
  const parsed = fileSchema.safeParse(json);
  if (!parsed.success) throw invalid("The file is not a JSON object", key);
  const { metadataAttributes } = parsed.data;
  return typeof metadataAttributes === "object" ? metadataAttributes : parsed.data;
}

function invalid(what: string, key: string): ObjectUnreadableError {
  return new ObjectUnreadableError(
    "invalid_attributes",
    `The attributes of this object cannot be used. ${what} (${key}). Correct them in the bucket.`,
  );
}
