import { breakerOf, limiter, permitCaps } from "../../models/wiring.ts";
import { deployment } from "../../platform/deployment.ts";
import { keys } from "../../records/wiring.ts";
import { gateLimits } from "../../scheduling/settings.ts";
import { gate } from "../../scheduling/wiring.ts";
import { httpHandler } from "../http-handler.ts";
import { health } from "./health.ts";

const ports = { gate: gate(), breaker: breakerOf("llm"), limiter: limiter() };
const settings = {
  ...gateLimits,
  permits: permitCaps,
  metadataPerJob: deployment.settings.METADATA_PER_JOB,
  version: deployment.resource("VERSION"),
};

export const handler = httpHandler({
  keys: keys(),
  answer: async ({ caller }) => ({ status: 200, body: await health(caller, ports, settings) }),
});
