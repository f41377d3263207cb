import { attemptSchema } from "../domain/batches.ts";
import { embeddingsIdentity } from "../domain/identities.ts";
import { systemClock } from "../runtime/clock.ts";
import { deployment } from "../runtime/deployment.ts";
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
const settings = { embeddingModel: embeddingsIdentity(deployment.settings).model };

export const handler = taskHandler(attemptSchema, (attempt) => store(attempt, ports, settings));
