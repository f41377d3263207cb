import * as z from "zod";

/** What the chunk function asks the search function. */
export const rowsQuestionSchema = z.object({
  kind: z.literal("rows"),
  tenant: z.string(),
  documentId: z.string(),
  version: z.int().min(1),
  chunkCount: z.int().min(1),
});
export type RowsQuestion = z.infer<typeof rowsQuestionSchema>;
