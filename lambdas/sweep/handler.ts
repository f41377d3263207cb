import { sample } from "../domain/metrics.ts";
import { count } from "../ports/metrics.ts";
import { systemClock } from "../runtime/clock.ts";
import { gateLimits, jobTimeoutMs } from "../runtime/deployment.ts";
import { log } from "../runtime/log.ts";
import { breakerOf, permitCaps } from "../runtime/model-gateway.ts";
import {
  finisher,
  gate,
  jobs,
  limiter,
  metrics,
  queue,
  tallies,
  watch,
  workflow,
} from "../runtime/ports.ts";
import { scheduledHandler } from "../runtime/task.ts";
import { observe } from "./observe.ts";
import { sweep } from "./sweep.ts";

const ports = {
  gate: gate(),
  jobs: jobs(),
  workflow: workflow(),
  finisher: finisher(),
  queue: queue(),
  breaker: breakerOf("llm"),
  limiter: limiter(),
  watch: watch(),
  metrics: metrics(),
  tallies: tallies(),
  clock: systemClock,
};
const limits = { ...gateLimits, permits: permitCaps };

export const handler = scheduledHandler(async () => {
  const repairs = [...(await sweep(ports, { jobTimeoutMs }))].filter(([, done]) => done !== "none");
  for (const [attempt, repair] of repairs) log.warn("repaired", { attempt, repair });
  if (repairs.length > 0) await count([sample("SweepRepairs", repairs.length)], ports);
  await observe(ports, limits);
});
