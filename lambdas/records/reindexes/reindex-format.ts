/** As an item of the table. In a file of its own, so that functions without the store are bundled without it. */
import * as z from "zod";

export const reindexFormat = z.object({
  tenant: z.string(),
  embeddingModel: z.string(),
  status: z.enum(["running", "completed", "failed", "cancelled"]),
  total: z.int(),
  remaining: z.int(),
  startedAt: z.string(),
  updatedAt: z.string(),
  message: z.string().optional(),
});
