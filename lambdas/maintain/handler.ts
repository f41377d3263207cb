import { systemClock } from "../runtime/clock.ts";
import { log } from "../runtime/log.ts";
import { scheduledHandler } from "../runtime/task.ts";
import { vectors } from "../runtime/vectors.ts";
import { maintain } from "./maintain.ts";

const ports = { vectors: await vectors(), clock: systemClock };

export const handler = scheduledHandler(async () => {
  log.info("maintained the vector store", { outcome: await maintain(ports) });
});
