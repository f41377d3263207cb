import * as z from "zod";

/** `GET /v1/documents` */
export const documentListQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().optional(),
});
export type DocumentListParameters = z.infer<typeof documentListQuerySchema>;

/** `GET /v1/documents/{id}/chunks` */
export const chunkQuerySchema = z.strictObject({
  from: z.coerce.number().int().min(0).default(0).describe("Index of the first chunk"),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(50)
    .describe("Chunks at most; a page of long vectors ends earlier, and `next_from` goes on"),
  vectors: z
    .enum(["true", "false"])
    .default("false")
    .describe("Whether to answer the chunks' vectors"),
});
export type ChunkParameters = z.infer<typeof chunkQuerySchema>;
