/** The JSON of whether new work is accepted. */
import * as z from "zod";
import { type GateState, queueSize } from "./gate.ts";

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

type IntakeView = Pick<IntakeAnswer, "intake" | "paused_since" | "pause_reason">;

export function viewIntake({ paused }: GateState): IntakeView {
  if (paused === undefined) return { intake: "open" };
  const { since, reason } = paused;
  return {
    intake: "paused",
    paused_since: since,
    ...(reason === undefined ? {} : { pause_reason: reason }),
  };
}

export function viewGate(gate: GateState): IntakeAnswer {
  return {
    ...viewIntake(gate),
    queue_size: queueSize(gate),
    active_jobs: gate.active.size,
  };
}
