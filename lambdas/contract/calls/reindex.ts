/** Moving a tenant's documents to the embedding model that is configured now. */
import * as z from "zod";
import { count, time } from "../fields.ts";

const tenant = z.string().min(1).max(200);

/** `POST /v1/reindex`: begins, or shows one that runs. */
export const reindexRequestSchema = z.strictObject({
  tenant: tenant.optional().describe("The key's own tenant by default"),
  cancel: z
    .boolean()
    .optional()
    .describe("True ends it. Documents that have moved stay under the new model"),
});

export type ReindexRequest = z.infer<typeof reindexRequestSchema>;

/** The query of `GET /v1/reindex`. */
export const reindexQuerySchema = z.strictObject({ tenant: tenant.optional() });

export const reindexSchema = z
  .object({
    tenant: z.string(),
    status: z
      .enum(["none", "running", "completed", "failed", "cancelled"])
      .describe("`none`: there has been no reindex of this tenant"),
    embedding_model: z.string().describe("The model that is configured, or that it moves to"),
    documents_total: count.describe("Documents of other models when it began"),
    documents_moved: count,
    started_at: time.optional(),
    updated_at: time.optional(),
    message: z.string().optional().describe("What it waits for, or why it failed"),
  })
  .meta({ id: "Reindex" });

export type ReindexAnswer = z.infer<typeof reindexSchema>;
