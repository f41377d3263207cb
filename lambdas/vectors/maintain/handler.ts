import { log } from "../../platform/log.ts";
import { systemClock } from "../../platform/system-clock.ts";
import { scheduledHandler } from "../../platform/tasks/task.ts";
import { bookmarks, leases } from "../../records/wiring.ts";
import { vectors } from "../wiring.ts";
import { alone } from "./alone.ts";
import { maintain } from "./maintain.ts";

const ports = { vectors: await vectors(), bookmarks: bookmarks(), clock: systemClock };

const lease = leases();

export const handler = scheduledHandler(async ({ id }) => {
  log.info("maintained the vector store", {
    outcome: await alone(id, lease, () => maintain(ports)),
  });
});
