import type { IntakeAnswer, IntakeRequest } from "../../contract/calls/admission-switch.ts";
import { type Clock, isoTime } from "../../platform/clock.ts";
import type { Caller } from "../../records/api-keys/api-keys.ts";
import type { Gate } from "../../scheduling/gate/gate.ts";
import { assertOperator } from "../operator.ts";
import { viewGate } from "./view.ts";

/**
 * Pauses or resumes intake. Queued and running jobs continue.
 * @throws RequestRefusedError `forbidden` if the key is not an operator's, because the switch
 * affects every tenant
 */
export async function setIntake(
  caller: Caller,
  { paused, reason }: IntakeRequest,
  ports: { readonly gate: Gate; readonly clock: Clock },
): Promise<IntakeAnswer> {
  assertOperator(caller, "pause or resume intake, because it affects every tenant");
  if (paused) {
    const since = isoTime(ports.clock);
    await ports.gate.pause({ since, ...(reason === undefined ? {} : { reason }) });
  } else {
    await ports.gate.resume();
  }
  return viewGate(await ports.gate.read());
}
