import { batchTaskSchema } from "../domain/batches.ts";
import { pricesOf } from "../domain/prices.ts";
import { deployment } from "../runtime/deployment.ts";
import { languageModel } from "../runtime/language-model.ts";
import { modelGateway } from "../runtime/model-gateway.ts";
import { answers, jobs, metrics, objects } from "../runtime/ports.ts";
import { taskHandler } from "../runtime/task.ts";
import { describeBatch } from "./metadata.ts";

const ports = {
  jobs: jobs(),
  objects: objects(),
  answers: answers(),
  gateway: modelGateway("llm"),
  metrics: metrics(),
  model: await languageModel(),
};
const settings = { prices: pricesOf(deployment.settings) };

export const handler = taskHandler(batchTaskSchema, (task, invocation) =>
  describeBatch(task, ports, invocation, settings),
);
