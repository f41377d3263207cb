import { prometheusContentType } from "../domain/prometheus.ts";
import { systemClock } from "../runtime/clock.ts";
import { gateLimits } from "../runtime/deployment.ts";
import { httpHandler } from "../runtime/http.ts";
import { breakerOf, permitCaps } from "../runtime/model-gateway.ts";
import { deadLetters, gate, keys, limiter, tallies, watch } from "../runtime/ports.ts";
import { metricsText } from "./metrics.ts";

const ports = {
  gate: gate(),
  breaker: breakerOf("llm"),
  limiter: limiter(),
  watch: watch(),
  tallies: tallies(),
  deadLetters: deadLetters(),
  clock: systemClock,
};
const limits = { ...gateLimits, permits: permitCaps };

export const handler = httpHandler({
  keys: keys(),
  answer: async ({ caller }) => ({
    status: 200,
    headers: { "content-type": prometheusContentType },
    body: await metricsText(caller, ports, limits),
  }),
});
