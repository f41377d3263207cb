import * as z from "zod";

/** `POST /v1/intake` */
export const intakeRequestSchema = z.strictObject({
  paused: z.boolean().describe("Whether new work is refused from now on"),
  reason: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .describe("Told to those whose requests are refused, and by health"),
});
export type IntakeRequest = z.infer<typeof intakeRequestSchema>;
