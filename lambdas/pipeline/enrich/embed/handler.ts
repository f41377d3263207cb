import { pricesOf } from "../../../accounting/prices.ts";
import { metrics, tallies } from "../../../accounting/wiring.ts";
import { probeText } from "../../../models/probe.ts";
import { embedder } from "../../../models/registry.ts";
import { modelGateway } from "../../../models/wiring.ts";
import { deployment } from "../../../platform/deployment.ts";
import { taskHandler } from "../../../platform/tasks/task.ts";
import { answers, jobs, objects } from "../../../records/wiring.ts";
import { embedBatch } from "./embed.ts";
import { embedPassages } from "./passages.ts";
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
  if (!("kind" in input)) {
    await embedBatch(input, ports, invocation, settings);
    return undefined;
  }
  switch (input.kind) {
    case "query":
      return embedQuery(input.text, ports, invocation, settings);
    case "probe": {
      const { vector } = await embedQuery(probeText, ports, invocation, settings, 1);
      return { dimensions: vector.length };
    }
    case "passages":
      await embedPassages(input, ports, invocation, settings);
      return undefined;
  }
});
