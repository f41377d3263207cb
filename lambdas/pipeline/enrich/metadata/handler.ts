import * as z from "zod";
import { pricesOf } from "../../../accounting/prices.ts";
import { metrics, tallies } from "../../../accounting/wiring.ts";
import { probeSchema, probeText } from "../../../models/probe.ts";
import { languageModel } from "../../../models/registry.ts";
import { modelGateway } from "../../../models/wiring.ts";
import { deployment } from "../../../platform/deployment.ts";
import { systemClock } from "../../../platform/system-clock.ts";
import { taskHandler } from "../../../platform/tasks/task.ts";
import { batchTaskSchema } from "../../../records/jobs/attempt.ts";
import { answers, jobs, objects } from "../../../records/wiring.ts";
import { makeOneCall, type OneCall } from "../one-call.ts";
import { describeBatch } from "./metadata.ts";

const ports = {
  jobs: jobs(),
  objects: objects(),
  answers: answers(),
  gateway: modelGateway("llm"),
  metrics: metrics(),
  tallies: tallies(),
  model: await languageModel(),
  clock: systemClock,
};
const settings = {
  prices: pricesOf(deployment.settings),
  per: deployment.settings.METADATA_PER,
};

const inputSchema = z.union([probeSchema, batchTaskSchema]);

export const handler = taskHandler(inputSchema, async (input, invocation) => {
  if (!("kind" in input)) {
    await describeBatch(input, ports, invocation, settings);
    return undefined;
  }
  const request = { text: probeText, headings: [] };
  const describe: OneCall<unknown> = {
    dependency: "llm",
    asks: 1,
    invoke: (options) => ports.model.describe(request, options),
  };
  await makeOneCall(describe, ports, invocation, settings);
  return {};
});
