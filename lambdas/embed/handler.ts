import { pricesOf } from "../domain/prices.ts";
import { deployment } from "../runtime/deployment.ts";
import { embedder } from "../runtime/embedder.ts";
import { modelGateway } from "../runtime/model-gateway.ts";
import { answers, jobs, metrics, objects, tallies } from "../runtime/ports.ts";
import { taskHandler } from "../runtime/task.ts";
import { embedBatch } from "./embed.ts";
import { embedQuery } from "./query.ts";
import { embedInputSchema } from "./schema.ts";

const ports = {
  jobs: jobs(),
  objects: objects(),
  answers: answers(),
  gateway: modelGateway("embeddings"),
  metrics: metrics(),
  tallies: tallies(),
  embedder: await embedder(),
};
const settings = { prices: pricesOf(deployment.settings) };

export const handler = taskHandler(embedInputSchema, async (input, invocation) => {
  if ("kind" in input) return embedQuery(input.text, ports, invocation, settings);
  await embedBatch(input, ports, invocation, settings);
  return undefined;
});
