import * as z from "zod";

/** `GET /v1/usage` */
export const usageQuerySchema = z.object({
  month: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/, "must be a month, as 2026-11")
    .optional()
    .describe("UTC, as 2026-11; the current one if left out"),
});
