import * as z from "zod";

/** `GET /v1/documents` */
export const documentListQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().optional(),
});
export type DocumentListParameters = z.infer<typeof documentListQuerySchema>;

/**
 * `GET /v1/documents/{id}/chunks`. A page of 100 chunks with vectors of 3,072
 * dimensions stays under the 6 MB that a function may answer.
 */
export const chunkQuerySchema = z.strictObject({
  from: z.coerce.number().int().min(0).default(0).describe("Index of the first chunk"),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  vectors: z
    .enum(["true", "false"])
    .default("false")
    .describe("Whether to answer the chunks' vectors"),
});
export type ChunkParameters = z.infer<typeof chunkQuerySchema>;
