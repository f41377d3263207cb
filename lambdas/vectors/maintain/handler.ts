import { log } from "../../platform/log.ts";
import { systemClock } from "../../platform/system-clock.ts";
import { scheduledHandler } from "../../platform/tasks/task.ts";
import { bookmarks } from "../../records/wiring.ts";
import { vectors } from "../wiring.ts";
import { maintain } from "./maintain.ts";

const ports = { vectors: await vectors(), bookmarks: bookmarks(), clock: systemClock };

export const handler = scheduledHandler(async () => {
  log.info("maintained the vector store", await maintain(ports));
});
