import type { IntakeAnswer } from "../lambdas/contract/calls/admission-switch.ts";

/** `open`, or `paused since …: why`. */
export function intakeText(
  answer: Pick<IntakeAnswer, "intake" | "paused_since" | "pause_reason">,
): string {
  const since = answer.paused_since === undefined ? "" : ` since ${answer.paused_since}`;
  const reason = answer.pause_reason === undefined ? "" : `: ${answer.pause_reason}`;
  return `${answer.intake}${since}${reason}`;
}
