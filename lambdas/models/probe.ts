/** One call of a model, to see whether its provider is set up: what it is asked, and what it answers. */
import * as z from "zod";

export const probeSchema = z.strictObject({ kind: z.literal("probe") });

/** Short, and with something to describe. */
export const probeText = "Anna Meyer opened the sluices of Rotterdam on 3 May 1932.";

export const probeAnswerSchema = z.object({
  /** Of the vector, if the model embeds. */
  dimensions: z.int().optional(),
});
export type ProbeAnswer = z.infer<typeof probeAnswerSchema>;
