import { systemClock } from "../runtime/clock.ts";
import { jobTimeoutMs } from "../runtime/deployment.ts";
import { log } from "../runtime/log.ts";
import { finisher, gate, jobs, queue, workflow } from "../runtime/ports.ts";
import { scheduledHandler } from "../runtime/task.ts";
import { sweep } from "./sweep.ts";

const ports = {
  gate: gate(),
  jobs: jobs(),
  workflow: workflow(),
  finisher: finisher(),
  queue: queue(),
  clock: systemClock,
};

export const handler = scheduledHandler(async () => {
  const repairs = [...(await sweep(ports, { jobTimeoutMs }))].filter(([, done]) => done !== "none");
  for (const [attempt, repair] of repairs) log.warn("repaired", { attempt, repair });
});
