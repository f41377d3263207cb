import { count } from "../../accounting/metrics.ts";
import { metrics, tallies } from "../../accounting/wiring.ts";
import { sample } from "../../contract/calls/metrics.ts";
import { breakerOf, limiter, permitCaps } from "../../models/wiring.ts";
import { log } from "../../platform/log.ts";
import { systemClock } from "../../platform/system-clock.ts";
import { scheduledHandler } from "../../platform/tasks/task.ts";
import { attachments, jobs, reindexes } from "../../records/wiring.ts";
import { gateLimits, jobTimes } from "../settings.ts";
import { finisher, gate, queue, reembedTrigger, watch, workflow } from "../wiring.ts";
import { observe } from "./observe.ts";
import { sweepAttachments } from "./pending-attachments.ts";
import { sweep } from "./sweep.ts";

const ports = {
  gate: gate(),
  jobs: jobs(),
  attachments: attachments(),
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
const reindexing = { reindexes: reindexes(), trigger: reembedTrigger() };
const limits = { ...gateLimits, permits: permitCaps };

export const handler = scheduledHandler(async () => {
  // Beside the repairs, which a mail that cannot be read now must not keep from their work.
  const queued = sweepAttachments(ports).catch((error: unknown) => {
    log.warn("attachments were not queued", { error: error as Error });
  });
  const repairs = [...(await sweep(ports, jobTimes))].filter(([, done]) => done !== "none");
  for (const [attempt, repair] of repairs) log.warn("repaired", { attempt, repair });
  if (repairs.length > 0) await count([sample("SweepRepairs", repairs.length)], ports);
  await queued;
  await observe(ports, limits);
  // A run of a reindex ends after some minutes, or dies; the next one continues.
  for (const tenant of await reindexing.reindexes.running()) await reindexing.trigger.run(tenant);
});
