import { viewJob } from "../domain/view.ts";
import { systemClock } from "../runtime/clock.ts";
import { httpHandler } from "../runtime/http.ts";
import { finisher, jobs, keys, workflow } from "../runtime/ports.ts";
import { cancel } from "./cancel.ts";

const ports = { jobs: jobs(), finisher: finisher(), workflow: workflow(), clock: systemClock };

export const handler = httpHandler({
  keys: keys(),
  answer: async ({ caller, path }) => {
    const job = await cancel(caller.tenant, path["id"] ?? "", ports);
    return { status: job.status === "cancelled" ? 200 : 202, body: viewJob(job) };
  },
});
