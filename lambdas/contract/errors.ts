/** The envelope of every error. */
import * as z from "zod";
import { count } from "./fields.ts";
import { refusalReasons, refusalStatus } from "./refusals.ts";

const codes = Object.keys(refusalStatus) as [keyof typeof refusalStatus];

/** Every response that is not 2xx. */
export const errorSchema = z
  .looseObject({
    error: z.string(),
    code: z.enum(codes),
    request_id: z.string(),
    reason: z
      .string()
      .optional()
      .describe(
        `With \`unauthenticated\` and \`forbidden\`: ${Object.entries(refusalReasons)
          .map(([reason, what]) => `\`${reason}\`: ${what}`)
          .join("; ")}`,
      ),
    issues: z
      .array(z.object({ path: z.string(), message: z.string() }).meta({ id: "RequestIssue" }))
      .optional(),
    issue_count: count.optional().describe("With more issues than are listed: their number"),
    job_id: z
      .string()
      .optional()
      .describe(
        "With `queue_full`: an id to find this request in the logs; no job has it. With `unavailable`: the job that may have been accepted",
      ),
    queue_size: count.optional(),
    scope: z
      .literal("tenant")
      .optional()
      .describe("With `queue_full`: your own bound is reached, and `queue_size` counts your jobs"),
    retry_after_seconds: count.optional(),
  })
  .meta({ id: "ErrorEnvelope" });

export type ErrorAnswer = z.infer<typeof errorSchema>;
