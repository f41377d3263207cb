import { Metrics as Powertools } from "@aws-lambda-powertools/metrics";
import { metricOf, metricsNamespace, type Sample } from "../contract/calls/metrics.ts";
import type { Metrics } from "./metrics.ts";

/**
 * Metrics in CloudWatch's embedded format: CloudWatch creates metrics from log lines. A sample
 * needs no request, and no logged sample is lost.
 */
export class EmbeddedMetrics implements Metrics {
  readonly #service: string;

  /** @param service the dimension that separates the deployments of one account */
  constructor(service: string) {
    this.#service = service;
  }

  /** One line per set of labels, because all metrics of a line share their dimensions. */
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
