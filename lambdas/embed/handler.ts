import { embedder } from "../runtime/embedder.ts";
import { modelGateway } from "../runtime/model-gateway.ts";
import { answers, jobs, objects } from "../runtime/ports.ts";
import { taskHandler } from "../runtime/task.ts";
import { embedBatch } from "./embed.ts";
import { embedQuery } from "./query.ts";
import { embedInputSchema } from "./schema.ts";

const ports = {
  jobs: jobs(),
  objects: objects(),
  answers: answers(),
  gateway: modelGateway("embeddings"),
  embedder: await embedder(),
};

export const handler = taskHandler(embedInputSchema, async (input, invocation) => {
  if ("kind" in input) return embedQuery(input.text, ports, invocation);
  await embedBatch(input, ports, invocation);
  return undefined;
});
