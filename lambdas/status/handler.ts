import { systemClock } from "../runtime/clock.ts";
import { httpHandler, httpRouter } from "../runtime/http.ts";
import { gate, jobs, keys } from "../runtime/ports.ts";
import { jobListQuerySchema, jobQuerySchema } from "./schema.ts";
import { jobStatus, listJobs } from "./status.ts";

const ports = { jobs: jobs(), gate: gate(), clock: systemClock };

export const handler = httpRouter({
  "GET /jobs": httpHandler({
    keys: keys(),
    query: jobListQuerySchema,
    answer: async ({ caller, query }) => ({
      status: 200,
      body: await listJobs(caller.tenant, query, ports),
    }),
  }),
  "GET /jobs/{id}": httpHandler({
    keys: keys(),
    query: jobQuerySchema,
    answer: async ({ caller, path, query }) => ({
      status: 200,
      body: await jobStatus(caller.tenant, path["id"] ?? "", query, ports),
    }),
  }),
});
