import { type ChunkMetadata, type Entity, metadataBounds } from "../contract/metadata.ts";

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
