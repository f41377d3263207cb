import * as z from "zod";
import { log } from "../../platform/log.ts";
import { systemChance, systemClock } from "../../platform/system-clock.ts";
import { taskHandler } from "../../platform/tasks/task.ts";
import { jobs, leases } from "../../records/wiring.ts";
import { bucketOf, configured, hints, records, sourceStates } from "../wiring.ts";
import { reconcileAll } from "./reconcile-all.ts";

const ports = {
  bucketOf,
  records: records(),
  sources: sourceStates(),
  jobs: jobs(),
  leases: leases(),
  clock: systemClock,
  chance: systemChance,
};
const sources = configured();

export const handler = taskHandler(z.looseObject({}), async (_, { id, deadlineMs }) => {
  const outcomes = await reconcileAll(sources, { holder: id, deadlineMs }, ports);
  for (const [source, outcome] of outcomes) {
    if (outcome !== "not-due") log.info("reconciled", { source, outcome });
  }
  // What it found would otherwise wait for the next minute.
  const found = [...outcomes.values()].some((outcome) => outcome !== "not-due");
  if (found) await hints().wake("more");
  // The source says why. Somebody must hear of it: its documents fall behind its bucket.
  const failed = [...outcomes].flatMap(([source, outcome]) => (outcome === "failed" ? source : []));
  if (failed.length > 0) {
    throw new Error(`Buckets of sources could not be compared: ${failed.join(", ")}.`);
  }
});
