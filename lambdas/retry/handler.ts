import { systemClock } from "../runtime/clock.ts";
import { gateLimits } from "../runtime/deployment.ts";
import { httpHandler } from "../runtime/http.ts";
import { gate, jobs, keys, metrics, queue, tallies } from "../runtime/ports.ts";
import { retry } from "./retry.ts";

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
