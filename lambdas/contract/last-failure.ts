/** The latest failure of a dependency's calls, as health and a waiting job show it. */
import * as z from "zod";
import { time } from "./fields.ts";

export const lastFailureSchema = z
  .object({
    status: z.int().optional().describe("HTTP status; missing if there was no response"),
    code: z.string().describe("As in a failed job, for example `provider_unavailable`"),
    message: z.string(),
    endpoint: z.string().optional().describe("Host and path of the provider"),
    since: time.describe("When the first of the failures in a row happened"),
    count: z.int().min(1).describe("Failures in a row since then"),
  })
  .meta({ id: "LastFailure" });

export type LastFailure = z.infer<typeof lastFailureSchema>;
