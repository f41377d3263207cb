import { vectorSpace } from "../../models/provider.ts";
import { embeddingsIdentity } from "../../models/providers.ts";
import { deployment } from "../../platform/deployment.ts";
import { taskHandler } from "../../platform/tasks/task.ts";
import { attemptSchema } from "../../records/jobs/attempt.ts";
import { documents, jobs, objects } from "../../records/wiring.ts";
import { storedRows } from "../../vectors/stored-rows/wiring.ts";
import { chunk } from "./chunk.ts";
import { split } from "./split.ts";

const ports = { jobs: jobs(), documents: documents(), objects: objects(), rows: storedRows() };
const settings = {
  embeddingModel: vectorSpace(embeddingsIdentity(deployment.settings)),
  chunkContext: deployment.settings.CHUNK_CONTEXT === "on",
};

export const handler = taskHandler(attemptSchema, (attempt) =>
  chunk(attempt, ports, split, settings),
);
