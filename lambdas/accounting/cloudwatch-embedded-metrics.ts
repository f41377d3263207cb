import { Metrics as Powertools } from "@aws-lambda-powertools/metrics";
import { metricOf, metricsNamespace, type Sample } from "../contract/calls/metrics.ts";
import type { Metrics } from "./metrics.ts";

/**
 * Metrics in CloudWatch's embedded format: a log line, of which the service
 * makes metrics. So a sample costs no request, and none is lost that was logged.
 */
export class EmbeddedMetrics implements Metrics {
  readonly #service: string;

  /** @param service the dimension that tells deployments of one account apart */
  constructor(service: string) {
    this.#service = service;
  }

  /** A line for each set of labels: all metrics of a line have the same dimensions. */
  emit(samples: readonly Sample[]): void {
    const seen = samples.filter(({ name }) => metricOf(name).only !== "prometheus");
    const byLabels = Map.groupBy(seen, ({ labels }) => JSON.stringify(labels));
    for (const group of byLabels.values()) {
      const line = new Powertools({ namespace: metricsNamespace, serviceName: this.#service });
      line.addDimensions({ ...group[0]?.labels });
      for (const { name, value } of group) {
        line.addMetric(name, metricOf(name).unit, value);
      }
      line.publishStoredMetrics();
    }
  }
}
