/** The JSON of stored documents and their chunks. */
import * as z from "zod";
import { count, cursor, pageSize, wholeNumber } from "../fields.ts";
import { metadataShape } from "../metadata.ts";
import { openingContext, placesShape } from "../places.ts";

export const documentSchema = z
  .object({
    document_id: z.string(),
    document_version: z.int().min(1).describe("The version that searches return"),
    title: z.string().optional(),
    content_type: z
      .string()
      .optional()
      .describe("Of the format that was read; missing for documents stored by earlier versions"),
    attributes: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .optional()
      .describe("As they were sent; missing for documents stored by earlier versions"),
    chunk_count: count,
    embedding_model: z.string(),
    dimensions: z.int().min(1),
    stored_at: z.iso.datetime().describe("ISO 8601, UTC"),
  })
  .meta({ id: "Document" });

export type DocumentAnswer = z.infer<typeof documentSchema>;

/** The 202 response of a removal: nothing is stored yet, and nothing that is on its way will be. */
export const removalSchema = z
  .object({
    document_id: z.string(),
    document_version: z.int().min(1).describe("Earlier versions do not become searchable"),
    chunk_count: z.literal(0),
    cancelled_jobs: z
      .array(z.string())
      .describe(
        "Jobs that were cancelled. One submitted a moment ago may be missing: it ends as `superseded`",
      ),
  })
  .meta({ id: "Removal" });

export type RemovalAnswer = z.infer<typeof removalSchema>;

export const documentPageSchema = z
  .object({ documents: z.array(documentSchema), next_cursor: z.string().optional() })
  .meta({ id: "DocumentPage" });

export type DocumentPageAnswer = z.infer<typeof documentPageSchema>;

const chunkSchema = z
  .object({
    chunk_index: count,
    start: count.describe("UTF-16 offsets: the chunk is `text.slice(start, end)` of the document"),
    end: count,
    headings: z.array(z.string()).describe("Headings above the chunk, outermost first"),
    ...placesShape,
    context: openingContext,
    text: z.string(),
    metadata: metadataShape.optional().describe("Missing if the provider refused the chunk"),
    vector: z.array(z.number()).optional().describe("With `vectors=true`"),
  })
  .meta({ id: "Chunk" });

export const chunkPageSchema = z
  .object({
    document_id: z.string(),
    document_version: z.int().min(1).describe("The version of every chunk on this page"),
    attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    chunks: z.array(chunkSchema),
    next_from: count.optional().describe("`from` of the next page; missing on the last page"),
  })
  .meta({ id: "ChunkPage" });

export type ChunkPageAnswer = z.infer<typeof chunkPageSchema>;

/** `GET /v1/documents` */
export const documentListQuerySchema = z.strictObject({
  limit: pageSize,
  cursor: cursor.optional(),
});

export type DocumentListParameters = z.infer<typeof documentListQuerySchema>;

/** `GET /v1/documents/{id}/chunks` */
export const chunkQuerySchema = z.strictObject({
  from: wholeNumber(0).default(0).describe("Index of the first chunk. Default: 0"),
  limit: wholeNumber(1, 100)
    .default(50)
    .describe(
      "Maximum number of chunks. Default: 50. A page with long vectors has fewer; continue with `next_from`",
    ),
  vectors: z
    .enum(["true", "false"])
    .default("false")
    .describe("Whether to answer the chunks' vectors"),
});

export type ChunkParameters = z.infer<typeof chunkQuerySchema>;

/** The 303 response of content. */
export const redirectSchema = z
  .object({ url: z.url().describe("Also in the header Location; valid for 15 minutes") })
  .meta({ id: "Redirect" });

/** `GET /v1/documents/{id}/content` */
export const contentQuerySchema = z.strictObject({
  original: z
    .enum(["true", "false"])
    .default("false")
    .describe("Whether to answer the file that was sent instead of its text"),
});
