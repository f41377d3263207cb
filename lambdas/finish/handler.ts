import { pricesOf } from "../domain/prices.ts";
import { systemClock } from "../runtime/clock.ts";
import { deployment } from "../runtime/deployment.ts";
import { events, gate, jobs, metrics, queue } from "../runtime/ports.ts";
import { taskHandler } from "../runtime/task.ts";
import { finish } from "./finish.ts";
import { finishInputSchema } from "./schema.ts";

const ports = {
  gate: gate(),
  jobs: jobs(),
  queue: queue(),
  events: events(),
  metrics: metrics(),
  clock: systemClock,
};
const settings = { prices: pricesOf(deployment.settings) };

export const handler = taskHandler(finishInputSchema, ({ attempt, ending }) =>
  finish(attempt, ending, ports, settings),
);
