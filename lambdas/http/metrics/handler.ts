import { prometheusContentType } from "../../accounting/prometheus.ts";
import { tallies } from "../../accounting/wiring.ts";
import { breakerOf, limiter, permitCaps } from "../../models/wiring.ts";
import { systemClock } from "../../platform/system-clock.ts";
import { keys } from "../../records/wiring.ts";
import { gateLimits } from "../../scheduling/settings.ts";
import { deadLetters, gate, watch } from "../../scheduling/wiring.ts";
import { httpHandler } from "../http-handler.ts";
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
