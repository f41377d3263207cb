import { attemptSchema } from "../domain/batches.ts";
import { embeddingsIdentity } from "../domain/identities.ts";
import { deployment } from "../runtime/deployment.ts";
import { documents, jobs, objects } from "../runtime/ports.ts";
import { taskHandler } from "../runtime/task.ts";
import { chunk } from "./chunk.ts";
import { split } from "./split.ts";

const ports = { jobs: jobs(), documents: documents(), objects: objects() };
const settings = { embeddingModel: embeddingsIdentity(deployment.settings).model };

export const handler = taskHandler(attemptSchema, (attempt) =>
  chunk(attempt, ports, split, settings),
);
