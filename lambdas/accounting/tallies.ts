/**
 * Sums over all events, as Prometheus expects them. Functions share no memory, so the sums are
 * stored in the table: one number per series, only ever added to.
 */
import { type Metric, metricOf, type Sample } from "../contract/calls/metrics.ts";

/** By series: `JobsEnded|outcome=completed`, `QueueWait|le=30`, `QueueWait|sum`. */
export type Tallies = Readonly<Record<string, number>>;

/**
 * The additions that samples make. A measurement adds to one bucket only, which keeps the write
 * small; the reader accumulates the buckets below.
 */
export function talliesOf(samples: readonly Sample[]): Tallies {
  const sums: Record<string, number> = {};
  const add = (series: string, value: number) => {
    if (value !== 0) sums[series] = (sums[series] ?? 0) + value;
  };
  for (const { name, labels, value } of samples) {
    const metric = metricOf(name);
    if (metric.kind === "gauge" || metric.only === "cloudwatch") continue;
    const series = seriesOf(name, labels);
    if (metric.kind === "counter") {
      add(series, value);
    } else {
      add(`${series}|le=${bucketOf(metric, value)}`, 1);
      add(`${series}|sum`, value);
    }
  }
  return sums;
}

export function addTallies(a: Tallies, b: Tallies): Tallies {
  const sums: Record<string, number> = { ...a };
  for (const [series, value] of Object.entries(b)) sums[series] = (sums[series] ?? 0) + value;
  return sums;
}

export function seriesOf(name: string, labels: Readonly<Record<string, string>>): string {
  return [name, ...Object.entries(labels).map(([label, value]) => `${label}=${value}`)].join("|");
}

function bucketOf({ buckets = [] }: Metric, value: number): string {
  return String(buckets.find((bound) => value <= bound) ?? "+Inf");
}
