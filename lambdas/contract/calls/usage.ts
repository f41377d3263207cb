import * as z from "zod";
import { count } from "../fields.ts";

/** The usage of one tenant in one month. */
export const usageReportSchema = z
  .object({
    month: z.string().describe("UTC month, for example 2026-11"),
    jobs: z
      .object({ completed: count, failed: count, cancelled: count })
      .describe("Attempts that ended in this month; each retry is another attempt"),
    llm_calls: count,
    embedding_calls: count,
    prompt_tokens: count,
    completion_tokens: count,
    embedding_tokens: count,
    estimated_cost_usd: z
      .number()
      .min(0)
      .describe("From token prices, for models with a known price"),
  })
  .meta({ id: "UsageReport" });

export type UsageReport = z.infer<typeof usageReportSchema>;

/** `GET /v1/usage` */
export const usageQuerySchema = z.strictObject({
  month: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/, "must be a month such as 2026-11")
    .optional()
    .describe("UTC month, for example 2026-11. Default: the current month"),
});
