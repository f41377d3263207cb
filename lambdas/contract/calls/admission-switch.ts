/** Pausing and resuming intake: the switch that decides whether the API accepts new work. */
import * as z from "zod";

export const intakeShape = {
  intake: z.enum(["open", "paused"]).describe("While paused, ingest and retry answer 503"),
  paused_since: z.iso.datetime().optional(),
  pause_reason: z.string().optional(),
};

/** The response of `POST /v1/intake`. */
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
  paused: z.boolean().describe("True refuses new work from now on; false accepts it again"),
  reason: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .describe("Shown in every refused request's error and in health"),
});

export type IntakeRequest = z.infer<typeof intakeRequestSchema>;
