/** Queries in PromQL, by the names of the catalogue. */
import { type MetricName, metricOf } from "../../lambdas/contract/calls/metrics.ts";

export interface Query {
  readonly expr: string;
  /** The name of a line: Grafana replaces `{{label}}`. */
  readonly legend: string;
}

export function level(name: MetricName, legend = metricOf(name).help): Query {
  const labels = labelsOf(name);
  return labels.length === 0
    ? { expr: metricOf(name).prometheus, legend }
    : {
        expr: `max by (${labels.join(", ")}) (${metricOf(name).prometheus})`,
        legend: braced(labels),
      };
}

/** The increase in five minutes. */
export function rise(name: MetricName, legend = metricOf(name).help): Query {
  const labels = labelsOf(name);
  const increase = `increase(${metricOf(name).prometheus}[5m])`;
  return labels.length === 0
    ? { expr: `sum(${increase})`, legend }
    : { expr: `sum by (${labels.join(", ")}) (${increase})`, legend: braced(labels) };
}

/** The given percentile of a histogram. */
export function percentile(name: MetricName, percent: number): Query {
  const labels = labelsOf(name);
  const rate = `rate(${metricOf(name).prometheus}_bucket[5m])`;
  return {
    expr: `histogram_quantile(${percent / 100}, sum by (${["le", ...labels].join(", ")}) (${rate}))`,
    legend: `p${percent}${labels.length === 0 ? "" : ` ${braced(labels)}`}`,
  };
}

/** The share of the first counter in the sum of both. */
export function share(part: MetricName, rest: MetricName): Query {
  const labels = labelsOf(part);
  const sum = (name: MetricName) =>
    `sum by (${labels.join(", ")}) (increase(${metricOf(name).prometheus}[5m]))`;
  return { expr: `${sum(part)} / (${sum(part)} + ${sum(rest)})`, legend: braced(labels) };
}

function labelsOf(name: MetricName): string[] {
  return Object.keys(metricOf(name).labels);
}

function braced(labels: readonly string[]): string {
  return labels.map((label) => `{{${label}}}`).join(" ");
}
