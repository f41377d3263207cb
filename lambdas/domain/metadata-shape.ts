/** The shape of a chunk's metadata: one schema, whichever provider answers. */
import * as z from "zod";
import { type ChunkMetadata, type Entity, entityTypes } from "./chunk.ts";

/** Upper bounds; lengths in UTF-16 units. */
export const metadataBounds = {
  title: 160,
  summary: 800,
  keyword: 80,
  keywords: 12,
  entity: 160,
  entities: 40,
} as const;

export const metadataShape = z.object({
  title: z.string().max(metadataBounds.title),
  summary: z.string().max(metadataBounds.summary),
  keywords: z.array(z.string().min(1).max(metadataBounds.keyword)).max(metadataBounds.keywords),
  entities: z
    .array(
      z.object({
        text: z.string().min(1).max(metadataBounds.entity),
        type: z.enum(entityTypes),
      }),
    )
    .max(metadataBounds.entities),
  /** ISO 639-1, or `und`. */
  language: z.string().regex(/^(?:[a-z]{2}|und)$/),
  custom: z.record(z.string(), z.unknown()).optional(),
});

/** At most `maxLength` UTF-16 units of `text` on one line; cut after a word where there is one, never inside a character. */
export function clip(text: string, maxLength: number): string {
  const line = text.toWellFormed().replace(/\s+/gu, " ").trim();
  if (line.length <= maxLength) return line;
  const cut = line.slice(0, maxLength - 1);
  const space = cut.lastIndexOf(" ");
  const kept = space > maxLength / 2 ? cut.slice(0, space) : cut.replace(/[\uD800-\uDBFF]$/, "");
  return `${kept.trimEnd()}…`;
}

function distinct<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const byKey = new Map<string, T>();
  for (const item of items) if (!byKey.has(keyOf(item))) byKey.set(keyOf(item), item);
  return [...byKey.values()];
}

/** Brings an answer within the bounds: clipped, without blanks and repetitions. */
export function withinBounds(metadata: ChunkMetadata): ChunkMetadata {
  const b = metadataBounds;
  const keywords = metadata.keywords.map((word) => clip(word, b.keyword)).filter((w) => w !== "");
  const entities = metadata.entities
    .map((entity): Entity => ({ text: clip(entity.text, b.entity), type: entity.type }))
    .filter((entity) => entity.text !== "");
  return {
    title: clip(metadata.title, b.title),
    summary: clip(metadata.summary, b.summary),
    keywords: distinct(keywords, (word) => word.toLowerCase()).slice(0, b.keywords),
    entities: distinct(entities, (e) => `${e.type} ${e.text.toLowerCase()}`).slice(0, b.entities),
    language: metadata.language,
    ...(metadata.custom === undefined ? {} : { custom: metadata.custom }),
  };
}
