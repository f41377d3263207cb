import { metrics, tallies } from "../../accounting/wiring.ts";
import { retry } from "../../intake/retry.ts";
import { systemClock } from "../../platform/system-clock.ts";
import { jobs, keys } from "../../records/wiring.ts";
import { gateLimits } from "../../scheduling/settings.ts";
import { gate, queue } from "../../scheduling/wiring.ts";
import { httpHandler } from "../http-handler.ts";

const ports = {
  gate: gate(),
  jobs: jobs(),
  queue: queue(),
  metrics: metrics(),
  tallies: tallies(),
  clock: systemClock,
};

export const handler = httpHandler({
  keys: keys(),
  answer: async ({ caller, path }) => {
    const answer = await retry(caller.tenant, path["id"] ?? "", ports, gateLimits);
    return { status: 202, headers: { location: answer.status_url }, body: answer };
  },
});
