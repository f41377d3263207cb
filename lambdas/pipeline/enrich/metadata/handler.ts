import { pricesOf } from "../../../accounting/prices.ts";
import { metrics } from "../../../accounting/wiring.ts";
import { languageModel } from "../../../models/registry.ts";
import { modelGateway } from "../../../models/wiring.ts";
import { deployment } from "../../../platform/deployment.ts";
import { taskHandler } from "../../../platform/tasks/task.ts";
import { batchTaskSchema } from "../../../records/jobs/attempt.ts";
import { answers, jobs, objects } from "../../../records/wiring.ts";
import { describeBatch } from "./metadata.ts";

const ports = {
  jobs: jobs(),
  objects: objects(),
  answers: answers(),
  gateway: modelGateway("llm"),
  metrics: metrics(),
  model: await languageModel(),
};
const settings = {
  prices: pricesOf(deployment.settings),
  per: deployment.settings.METADATA_PER,
};

export const handler = taskHandler(batchTaskSchema, (task, invocation) =>
  describeBatch(task, ports, invocation, settings),
);
