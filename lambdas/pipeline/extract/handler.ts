import { embeddingsIdentity, llmIdentity } from "../../models/providers.ts";
import { deployment } from "../../platform/deployment.ts";
import { systemChance, systemClock } from "../../platform/system-clock.ts";
import { taskHandler } from "../../platform/tasks/task.ts";
import { attemptSchema } from "../../records/jobs/attempt.ts";
import { attachments, jobs, objects } from "../../records/wiring.ts";
import { extract } from "./extract.ts";
import { extractJob, type ReadFile } from "./extract-job.ts";
import { readPlain } from "./plain.ts";

/** Bundled beside this function: see `worker` in `lambdas/functions.ts`. */
const worker = new URL("./worker.mjs", import.meta.url);

const read: ReadFile = async (bytes, declared, watch) =>
  readPlain(bytes, declared) ?? extract(bytes, declared, { ...watch, worker });

const ports = {
  jobs: jobs(),
  objects: objects(),
  attachments: attachments(),
  clock: systemClock,
  chance: systemChance,
  read,
};
const embeddings = embeddingsIdentity(deployment.settings);
const llm = llmIdentity(deployment.settings);
const per = deployment.settings.METADATA_PER;
const models = [
  per === "chunk" ? llm : { ...llm, recipe: `${llm.recipe}, per ${per}` },
  // A document sent again after one of these settings changed is not unchanged: its metadata, or its
  // vectors, will be others.
  { ...embeddings, recipe: `${embeddings.recipe}, context ${deployment.settings.CHUNK_CONTEXT}` },
];

export const handler = taskHandler(attemptSchema, (attempt) =>
  extractJob(attempt, ports, { models }),
);
