import { systemClock } from "../../platform/system-clock.ts";
import { jobs, keys } from "../../records/wiring.ts";
import { cancel } from "../../scheduling/cancel.ts";
import { finisher, workflow } from "../../scheduling/wiring.ts";
import { httpHandler } from "../http-handler.ts";
import { viewJob } from "../job-view.ts";

const ports = { jobs: jobs(), finisher: finisher(), workflow: workflow(), clock: systemClock };

export const handler = httpHandler({
  keys: keys(),
  answer: async ({ caller, path }) => {
    const job = await cancel(caller.tenant, path["id"] ?? "", ports);
    return { status: job.status === "cancelled" ? 200 : 202, body: viewJob(job) };
  },
});
