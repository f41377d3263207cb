/** Whether the model providers are set up: one call of each. */
import * as z from "zod";
import { count } from "../fields.ts";

const providerSchema = z
  .object({
    provider: z.string(),
    model: z.string(),
    status: z
      .enum(["ok", "failed", "skipped"])
      .describe("`skipped`: this deployment does not call it"),
    duration_ms: count.optional(),
    dimensions: count.optional().describe("Of the vectors"),
    code: z.string().optional().describe("As of a failed job, if the call failed"),
    message: z.string().optional().describe("What to repair, if the call failed"),
  })
  .meta({ id: "ProviderCheck" });

/** The response of `POST /v1/providers/check`. */
export const providersSchema = z
  .object({ llm: providerSchema, embeddings: providerSchema })
  .meta({ id: "ProviderChecks" });

export type ProvidersAnswer = z.infer<typeof providersSchema>;
export type ProviderAnswer = z.infer<typeof providerSchema>;
