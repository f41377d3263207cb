import { intakeRequestSchema } from "../../contract/calls/admission-switch.ts";
import { log } from "../../platform/log.ts";
import { systemClock } from "../../platform/system-clock.ts";
import { keys } from "../../records/wiring.ts";
import { gate } from "../../scheduling/wiring.ts";
import { httpHandler } from "../http-handler.ts";
import { setIntake } from "./admission-switch.ts";

const ports = { gate: gate(), clock: systemClock };

export const handler = httpHandler({
  keys: keys(),
  body: intakeRequestSchema,
  answer: async ({ caller, body }) => {
    const answer = await setIntake(caller, body, ports);
    // The log is the only record of who paused or resumed intake.
    log.info("intake", { tenant: caller.tenant, ...answer });
    return { status: 200, body: answer };
  },
});
