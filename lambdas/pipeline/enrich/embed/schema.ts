import * as z from "zod";
import { probeSchema } from "../../../models/probe.ts";
import { batchTaskSchema } from "../../../records/jobs/attempt.ts";

/** What search asks: the vector of one text. */
export const querySchema = z.strictObject({ kind: z.literal("query"), text: z.string() });

/** What a reindex asks: vectors of stored texts, kept among the answers. */
export const passagesSchema = z.strictObject({
  kind: z.literal("passages"),
  tenant: z.string(),
  begunMs: z.int(),
  texts: z.array(z.string()),
});

export const embedInputSchema = z.union([
  querySchema,
  probeSchema,
  passagesSchema,
  batchTaskSchema,
]);
