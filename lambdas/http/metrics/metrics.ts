import type { TallyStore } from "../../accounting/metrics.ts";
import { prometheusText } from "../../accounting/prometheus.ts";
import { sample } from "../../contract/calls/metrics.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Caller } from "../../records/api-keys/api-keys.ts";
import type { Gate } from "../../scheduling/gate/gate.ts";
import type { DeadLetters } from "../../scheduling/queue/dead-letters.ts";
import { type GaugeLimits, type GaugePorts, gauges } from "../../scheduling/queue/gauges.ts";
import type { QueueWatch } from "../../scheduling/queue/queue-watch.ts";
import { assertOperator } from "../operator.ts";

export interface MetricsPorts extends GaugePorts {
  readonly gate: Gate;
  readonly watch: QueueWatch;
  readonly tallies: TallyStore;
  readonly deadLetters: DeadLetters;
  readonly clock: Clock;
}

/**
 * All metrics in Prometheus' text format.
 * @throws RequestRefusedError `forbidden` if the key is not an operator's, because metrics cover
 * all tenants
 */
export async function metricsText(
  caller: Caller,
  ports: MetricsPorts,
  limits: GaugeLimits,
): Promise<string> {
  assertOperator(caller, "read metrics, because they cover every tenant");
  const [gate, seen, tallies, deadLetters] = await Promise.all([
    ports.gate.read(),
    ports.watch.last(),
    ports.tallies.read(),
    ports.deadLetters.count(),
  ]);
  const current = await gauges(gate, seen, ports.clock.now(), ports, limits);
  return prometheusText([...current, sample("DeadLetters", deadLetters)], tallies);
}
