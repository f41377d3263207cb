import { systemClock } from "../runtime/clock.ts";
import { httpHandler } from "../runtime/http.ts";
import { log } from "../runtime/log.ts";
import { gate, keys } from "../runtime/ports.ts";
import { setIntake } from "./intake.ts";
import { intakeRequestSchema } from "./schema.ts";

const ports = { gate: gate(), clock: systemClock };

export const handler = httpHandler({
  keys: keys(),
  body: intakeRequestSchema,
  answer: async ({ caller, body }) => {
    const answer = await setIntake(caller, body, ports);
    // Who stopped or opened it is asked afterwards, and nothing else remembers it.
    log.info("intake", { tenant: caller.tenant, ...answer });
    return { status: 200, body: answer };
  },
});
