import { deployment, gateLimits } from "../runtime/deployment.ts";
import { httpHandler } from "../runtime/http.ts";
import { breakerOf, permitCaps } from "../runtime/model-gateway.ts";
import { gate, keys, limiter } from "../runtime/ports.ts";
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
