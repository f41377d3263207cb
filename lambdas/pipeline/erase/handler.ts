import { embeddingsIdentity, llmIdentity } from "../../models/providers.ts";
import { deployment } from "../../platform/deployment.ts";
import { log } from "../../platform/log.ts";
import { systemClock } from "../../platform/system-clock.ts";
import { scheduledHandler } from "../../platform/tasks/task.ts";
import { answers, erasures, jobs, objects } from "../../records/wiring.ts";
import { erase } from "./erase.ts";

const ports = {
  erasures: erasures(),
  jobs: jobs(),
  objects: objects(),
  answers: answers(),
  clock: systemClock,
};
const { settings } = deployment;
const models = { llm: llmIdentity(settings), embeddings: embeddingsIdentity(settings) };

export const handler = scheduledHandler(async ({ deadlineMs }) => {
  const outcome = await erase(deadlineMs - 30_000, ports, models);
  if (outcome.erased + outcome.pending > 0) log.info("erased documents", outcome);
});
