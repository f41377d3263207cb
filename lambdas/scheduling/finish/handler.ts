import { pricesOf } from "../../accounting/prices.ts";
import { metrics } from "../../accounting/wiring.ts";
import { deployment } from "../../platform/deployment.ts";
import { systemClock } from "../../platform/system-clock.ts";
import { taskHandler } from "../../platform/tasks/task.ts";
import { jobs } from "../../records/wiring.ts";
import { CallbackEvents } from "../../webhooks/callback-events.ts";
import { deliveries, deliveryQueue } from "../../webhooks/wiring.ts";
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
  clock: systemClock,
};
const settings = { prices: pricesOf(deployment.settings) };

export const handler = taskHandler(finishInputSchema, ({ attempt, ending }) =>
  finish(attempt, ending, ports, settings),
);
