import type { IntakeAnswer } from "../../contract/calls/admission-switch.ts";
import { type GateState, queueSize } from "../../scheduling/gate/gate-state.ts";

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
