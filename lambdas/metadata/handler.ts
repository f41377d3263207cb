import { batchTaskSchema } from "../domain/batches.ts";
import { languageModel } from "../runtime/language-model.ts";
import { modelGateway } from "../runtime/model-gateway.ts";
import { answers, jobs, objects } from "../runtime/ports.ts";
import { taskHandler } from "../runtime/task.ts";
import { describeBatch } from "./metadata.ts";

const ports = {
  jobs: jobs(),
  objects: objects(),
  answers: answers(),
  gateway: modelGateway("llm"),
  model: await languageModel(),
};

export const handler = taskHandler(batchTaskSchema, (task, invocation) =>
  describeBatch(task, ports, invocation),
);
