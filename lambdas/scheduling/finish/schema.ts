import * as z from "zod";
import { type Attempt, attemptSchema, parseAttemptId } from "../../records/jobs/attempt.ts";
import type { Ending } from "../orchestration.ts";

const endingSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("ended") }),
  z.object({
    kind: z.literal("failed"),
    failure: z.object({ error: z.string(), cause: z.string() }),
  }),
  z.object({ kind: z.literal("cancelled") }),
  z.object({ kind: z.literal("overdue") }),
]);

/** From the state machine's last steps, from cancel and from sweep. */
const reportSchema = attemptSchema
  .extend({ ending: endingSchema })
  .transform(({ ending, ...attempt }): EndReport => ({ attempt, ending }));

/** EventBridge's execution-status event; the execution's name is the attempt's id. */
const statusEventSchema = z
  .object({
    "detail-type": z.literal("Step Functions Execution Status Change"),
    detail: z.object({
      name: z.string().regex(/^.+-\d+$/),
      status: z.enum(["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]),
      error: z.string().nullish(),
      cause: z.string().nullish(),
    }),
  })
  .transform(({ detail }): EndReport => {
    const attempt = parseAttemptId(detail.name);
    switch (detail.status) {
      case "SUCCEEDED":
        return { attempt, ending: { kind: "ended" } };
      case "TIMED_OUT":
        return { attempt, ending: { kind: "overdue" } };
      case "FAILED":
      case "ABORTED": {
        const failure = { error: detail.error ?? detail.status, cause: detail.cause ?? "" };
        return { attempt, ending: { kind: "failed", failure } };
      }
    }
  });

export interface EndReport {
  readonly attempt: Attempt;
  readonly ending: Ending;
}

export const finishInputSchema = z.union([reportSchema, statusEventSchema]);
