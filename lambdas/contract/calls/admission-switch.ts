/** The JSON of whether new work is accepted. */
import * as z from "zod";

export const intakeShape = {
  intake: z.enum(["open", "paused"]).describe("While paused, ingest and retry answer 503"),
  paused_since: z.iso.datetime().optional(),
  pause_reason: z.string().optional(),
};

/** The answer of `POST /v1/intake`. */
export const intakeSchema = z
  .object({
    ...intakeShape,
    queue_size: z.int().min(0),
    active_jobs: z.int().min(0),
  })
  .meta({ id: "Intake" });

export type IntakeAnswer = z.infer<typeof intakeSchema>;

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
