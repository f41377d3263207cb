import { jobListQuerySchema, jobQuerySchema } from "../../contract/calls/jobs.ts";
import { breakerCooldownMs, breakerOf } from "../../models/wiring.ts";
import { systemClock } from "../../platform/system-clock.ts";
import { jobs, keys } from "../../records/wiring.ts";
import { gateLimits } from "../../scheduling/settings.ts";
import { gate } from "../../scheduling/wiring.ts";
import { httpHandler, httpRouter } from "../http-handler.ts";
import { jobStatus, listJobs } from "./status.ts";

// A breaker can read the state of any dependency.
const ports = { jobs: jobs(), gate: gate(), breaker: breakerOf("llm"), clock: systemClock };
const settings = { cooldownMs: breakerCooldownMs, ...gateLimits };

export const handler = httpRouter({
  "GET /jobs": httpHandler({
    keys: keys(),
    query: jobListQuerySchema,
    answer: async ({ caller, query }) => ({
      status: 200,
      body: await listJobs(caller.tenant, query, ports, settings),
    }),
  }),
  "GET /jobs/{id}": httpHandler({
    keys: keys(),
    query: jobQuerySchema,
    answer: async ({ caller, path, query }) => ({
      status: 200,
      body: await jobStatus(caller.tenant, path["id"] ?? "", query, ports, settings),
    }),
  }),
});
