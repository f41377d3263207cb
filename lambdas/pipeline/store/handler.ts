import { systemClock } from "../../platform/system-clock.ts";
import { taskHandler } from "../../platform/tasks/task.ts";
import { attemptSchema } from "../../records/jobs/attempt.ts";
import { documents, jobs, objects } from "../../records/wiring.ts";
import { vectors } from "../../vectors/wiring.ts";
import { store } from "./store.ts";

const ports = {
  jobs: jobs(),
  documents: documents(),
  objects: objects(),
  vectors: await vectors(),
  clock: systemClock,
};

export const handler = taskHandler(attemptSchema, (attempt) => store(attempt, ports));
