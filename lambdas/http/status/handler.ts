import { jobListQuerySchema, jobQuerySchema } from "../../contract/calls/jobs.ts";
import { breakerCooldownMs, breakerOf } from "../../models/wiring.ts";
import { deployment } from "../../platform/deployment.ts";
import { systemClock } from "../../platform/system-clock.ts";
import type { Caller } from "../../records/api-keys/api-keys.ts";
import { jobs, keys } from "../../records/wiring.ts";
import { gateLimits } from "../../scheduling/settings.ts";
import { gate } from "../../scheduling/wiring.ts";
import { httpHandler, httpRouter } from "../http-handler.ts";
import { jobStatus, listJobs } from "./status.ts";

// A breaker can read the state of any dependency.
const ports = { jobs: jobs(), gate: gate(), breaker: breakerOf("llm"), clock: systemClock };
const settings = {
  cooldownMs: breakerCooldownMs,
  ...gateLimits,
};
const operatorSettings = {
  ...settings,
  stateMachineArn: deployment.resource("STATE_MACHINE_ARN"),
};
/** An ARN names the account, which tenants need not know. */
const settingsFor = ({ role }: Caller) => (role === "operator" ? operatorSettings : settings);

export const handler = httpRouter({
  "GET /jobs": httpHandler({
    keys: keys(),
    query: jobListQuerySchema,
    answer: async ({ caller, query }) => ({
      status: 200,
      body: await listJobs(caller.tenant, query, ports, settingsFor(caller)),
    }),
  }),
  "GET /jobs/{id}": httpHandler({
    keys: keys(),
    query: jobQuerySchema,
    answer: async ({ caller, path, query }) => ({
      status: 200,
      body: await jobStatus(caller.tenant, path["id"] ?? "", query, ports, settingsFor(caller)),
    }),
  }),
});
