import { attemptSchema } from "../domain/batches.ts";
import { systemClock } from "../runtime/clock.ts";
import { documents, jobs, leases, objects } from "../runtime/ports.ts";
import { taskHandler } from "../runtime/task.ts";
import { vectors } from "../runtime/vectors.ts";
import { store } from "./store.ts";

const ports = {
  jobs: jobs(),
  documents: documents(),
  objects: objects(),
  vectors: await vectors(),
  leases: leases(),
  clock: systemClock,
};

export const handler = taskHandler(attemptSchema, (attempt) => store(attempt, ports));
