/** Gauges and tallies in the text format of Prometheus, version 0.0.4. */
import {
  labelSets,
  type Metric,
  type MetricName,
  metricNames,
  metricOf,
  type Sample,
} from "../contract/calls/metrics.ts";
import { seriesOf, type Tallies } from "./tallies.ts";

export const prometheusContentType = "text/plain; version=0.0.4; charset=utf-8";

/**
 * Renders counters and histograms without samples as 0, so that the first event already counts as
 * an increase. An unknown gauge is left out.
 */
export function prometheusText(gauges: readonly Sample[], tallies: Tallies): string {
  const lines = metricNames.flatMap((name) => {
    const metric = metricOf(name);
    if (metric.only === "cloudwatch") return [];
    const { prometheus, help, kind } = metric;
    return [
      `# HELP ${prometheus} ${help}`,
      `# TYPE ${prometheus} ${kind}`,
      ...(kind === "gauge" ? gaugeLines(name, gauges) : talliedLines(name, metric, tallies)),
    ];
  });
  return `${lines.join("\n")}\n`;
}

function gaugeLines(wanted: MetricName, gauges: readonly Sample[]): string[] {
  return gauges
    .filter(({ name }) => name === wanted)
    .map(({ name, labels, value }) => line(metricOf(name).prometheus, labels, value));
}

function talliedLines(name: MetricName, metric: Metric, tallies: Tallies): string[] {
  return labelSets(metric).flatMap((labels) => {
    const series = seriesOf(name, labels);
    return metric.kind === "counter"
      ? [line(metric.prometheus, labels, tallies[series] ?? 0)]
      : histogramLines(metric, labels, series, tallies);
  });
}

function histogramLines(
  { prometheus, buckets = [] }: Metric,
  labels: Sample["labels"],
  series: string,
  tallies: Tallies,
): string[] {
  let below = 0;
  const bounds = [...buckets.map(String), "+Inf"].map((le) => {
    below += tallies[`${series}|le=${le}`] ?? 0;
    return line(`${prometheus}_bucket`, { ...labels, le }, below);
  });
  return [
    ...bounds,
    line(`${prometheus}_sum`, labels, tallies[`${series}|sum`] ?? 0),
    line(`${prometheus}_count`, labels, below),
  ];
}

function line(name: string, labels: Sample["labels"], value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}`;
}
