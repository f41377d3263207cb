/** `GET /v1/health`. */
import * as z from "zod";
import { count, time } from "../fields.ts";
import { lastFailureSchema } from "../last-failure.ts";
import { intakeShape } from "./admission-switch.ts";

const breakerSchema = z
  .object({
    state: z.enum(["closed", "open", "half-open"]),
    failures: count,
    opened_at: time.optional(),
    last_failure: lastFailureSchema.optional().describe("Missing once a call has succeeded"),
  })
  .meta({ id: "Breaker" });

const permitsSchema = z.object({ in_use: count, cap: count }).meta({ id: "Permits" });

/** Keys of role `operator` also see limits, breakers and permits. */
export const healthSchema = z
  .object({
    status: z.string(),
    queue_size: count,
    active_jobs: count,
    ...intakeShape,
    version: z.string(),
    limits: z.record(z.string(), z.number()).optional(),
    breakers: z.object({ llm: breakerSchema, embeddings: breakerSchema }).optional(),
    permits: z.object({ llm: permitsSchema, embeddings: permitsSchema }).optional(),
  })
  .meta({ id: "Health" });

export type HealthAnswer = z.infer<typeof healthSchema>;
