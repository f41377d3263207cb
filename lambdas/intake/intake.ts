import { type IntakeAnswer, viewGate } from "../domain/intake-wire.ts";
import { RequestRefusedError } from "../domain/refusals.ts";
import { type Clock, isoTime } from "../ports/clock.ts";
import type { Gate } from "../ports/gate.ts";
import type { Caller } from "../ports/intake.ts";
import type { IntakeRequest } from "./schema.ts";

/**
 * Closes the gate to new work or opens it; what is queued or runs goes on.
 * @throws RequestRefusedError `forbidden` for keys that are not an operator's: it concerns every tenant
 */
export async function setIntake(
  caller: Caller,
  { paused, reason }: IntakeRequest,
  ports: { readonly gate: Gate; readonly clock: Clock },
): Promise<IntakeAnswer> {
  if (caller.role !== "operator") {
    throw new RequestRefusedError(
      "forbidden",
      "Intake is every tenant's: send a key made with `npm run sluice -- keys create --tenant NAME --role operator`.",
    );
  }
  if (paused) {
    const since = isoTime(ports.clock);
    await ports.gate.pause({ since, ...(reason === undefined ? {} : { reason }) });
  } else {
    await ports.gate.resume();
  }
  return viewGate(await ports.gate.read());
}
