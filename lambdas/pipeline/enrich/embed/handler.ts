import { pricesOf } from "../../../accounting/prices.ts";
import { metrics, tallies } from "../../../accounting/wiring.ts";
import { probeText } from "../../../models/probe.ts";
import { embedder } from "../../../models/registry.ts";
import { modelGateway } from "../../../models/wiring.ts";
import { deployment } from "../../../platform/deployment.ts";
import { log } from "../../../platform/log.ts";
import { systemClock } from "../../../platform/system-clock.ts";
import type { Invocation } from "../../../platform/tasks/invocation.ts";
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
  clock: systemClock,
};
const settings = { prices: pricesOf(deployment.settings) };

export const handler = taskHandler(embedInputSchema, async (input, invocation) => {
  if (!("kind" in input)) {
    await embedBatch(input, ports, invocation, settings);
    return undefined;
  }
  switch (input.kind) {
    case "query":
      return answerQuery(input.text, invocation);
    case "probe": {
      const { vector } = await embedQuery(probeText, ports, invocation, settings, 1);
      return { dimensions: vector.length };
    }
    case "passages":
      await embedPassages(input, ports, invocation, settings);
      return undefined;
  }
});

/** A slow search is explained by its log line: the wait for a permit, or the provider. */
async function answerQuery(text: string, invocation: Invocation): Promise<{ vector: number[] }> {
  const { vector, waitedMs, providerMs } = await embedQuery(text, ports, invocation, settings);
  log.info("embedded a query", { waited_ms: waitedMs, provider_ms: providerMs });
  return { vector };
}
