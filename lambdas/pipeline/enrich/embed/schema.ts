import * as z from "zod";
import { batchTaskSchema } from "../../../records/jobs/attempt.ts";

/** What search asks: the vector of one text. */
export const querySchema = z.strictObject({ kind: z.literal("query"), text: z.string() });

export const embedInputSchema = z.union([querySchema, batchTaskSchema]);
