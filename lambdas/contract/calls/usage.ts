import * as z from "zod";

const count = z.int().min(0);

/** A tenant's own use of a month. */
export const usageReportSchema = z
  .object({
    month: z.string().describe("UTC, as 2026-11"),
    jobs: z
      .object({ completed: count, failed: count, cancelled: count })
      .describe("Attempts that ended in the month; a retry is another attempt"),
    llm_calls: count,
    embedding_calls: count,
    prompt_tokens: count,
    completion_tokens: count,
    embedding_tokens: count,
    estimated_cost_usd: z.number().min(0).describe("By the price of the tokens, where it is known"),
  })
  .meta({ id: "UsageReport" });

export type UsageReport = z.infer<typeof usageReportSchema>;

/** `GET /v1/usage` */
export const usageQuerySchema = z.object({
  month: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/, "must be a month, as 2026-11")
    .optional()
    .describe("UTC, as 2026-11; the current one if left out"),
});
