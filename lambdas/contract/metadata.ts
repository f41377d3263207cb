/** The metadata of a chunk: one schema for all providers. */
import * as z from "zod";

export const entityTypes = ["person", "organisation", "place", "date", "amount", "other"] as const;

export interface Entity {
  readonly text: string;
  readonly type: (typeof entityTypes)[number];
}

export interface ChunkMetadata {
  readonly title: string;
  readonly summary: string;
  readonly keywords: readonly string[];
  readonly entities: readonly Entity[];
  /** ISO 639-1 code, or `und` if the language cannot be determined. */
  readonly language: string;
  /** The fields of the caller's own schema. */
  readonly custom?: Readonly<Record<string, unknown>>;
}

/** Upper bounds; lengths are in UTF-16 units. */
export const metadataBounds = {
  title: 160,
  summary: 800,
  keyword: 80,
  keywords: 12,
  entity: 160,
  entities: 40,
} as const;

export const metadataShape = z
  .object({
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
  })
  .meta({ id: "ChunkMetadata" });
