import { log } from "../../platform/log.ts";
import { systemClock } from "../../platform/system-clock.ts";
import { scheduledHandler } from "../../platform/tasks/task.ts";
import { vectors } from "../wiring.ts";
import { maintain } from "./maintain.ts";

const ports = { vectors: await vectors(), clock: systemClock };

export const handler = scheduledHandler(async () => {
  log.info("maintained the vector store", { outcome: await maintain(ports) });
});
