import { systemClock } from "../runtime/clock.ts";
import { events, gate, jobs, queue } from "../runtime/ports.ts";
import { taskHandler } from "../runtime/task.ts";
import { finish } from "./finish.ts";
import { finishInputSchema } from "./schema.ts";

const ports = {
  gate: gate(),
  jobs: jobs(),
  queue: queue(),
  events: events(),
  clock: systemClock,
};

export const handler = taskHandler(finishInputSchema, ({ attempt, ending }) =>
  finish(attempt, ending, ports),
);
