import { pricesOf } from "../../accounting/prices.ts";
import { metrics, tallies } from "../../accounting/wiring.ts";
import { submitAttachments } from "../../intake/attachments.ts";
import { deployment } from "../../platform/deployment.ts";
import { log } from "../../platform/log.ts";
import { systemChance, systemClock } from "../../platform/system-clock.ts";
import { taskHandler } from "../../platform/tasks/task.ts";
import {
  attachments,
  documents,
  idempotency,
  jobs,
  leases,
  objects,
  uploads,
} from "../../records/wiring.ts";
import { CallbackEvents } from "../../webhooks/callback-events.ts";
import { deliveries, deliveryQueue } from "../../webhooks/wiring.ts";
import { gateLimits } from "../settings.ts";
import { events, gate, queue } from "../wiring.ts";
import { finish } from "./finish.ts";
import { finishInputSchema } from "./schema.ts";

const ports = {
  gate: gate(),
  jobs: jobs(),
  queue: queue(),
  events: new CallbackEvents(events(), {
    deliveries: deliveries(),
    queue: deliveryQueue(),
    clock: systemClock,
  }),
  metrics: metrics(),
  tallies: tallies(),
  documents: documents(),
  objects: objects(),
  uploads: uploads(),
  idempotency: idempotency(),
  attachments: attachments(),
  leases: leases(),
  chance: systemChance,
  clock: systemClock,
};
const settings = { prices: pricesOf(deployment.settings) };

export const handler = taskHandler(finishInputSchema, async ({ attempt, ending }, { id }) => {
  const finished = await finish(attempt, ending, ports, settings);
  if (finished === "completed") {
    // The job's end does not depend on it: the next sweep has it done again.
    await submitAttachments(attempt.jobId, id, ports, gateLimits).catch((error: unknown) => {
      log.warn("attachments were not queued", { error: error as Error });
    });
  }
  return finished;
});
