/**
 * The panels for operators, top to bottom: capacity, progress, failures, latency and cost. Both
 * dashboards, CloudWatch's and Grafana's, are generated from this list.
 */
import type { MetricName } from "../../lambdas/contract/calls/metrics.ts";
import { level, percentile, type Query, rise, share } from "./queries.ts";

export interface Panel {
  readonly title: string;
  readonly unit: "short" | "s" | "currencyUSD" | "percentunit";
  /** One line for every combination of the metric's labels. */
  readonly cloudWatch: readonly Line[];
  readonly prometheus: readonly Query[];
}

export interface Line {
  readonly metric: MetricName;
  readonly statistic: "Maximum" | "Sum" | "Average" | "p50" | "p95";
}

export const panels: readonly Panel[] = [
  {
    title: "Queue and active jobs",
    unit: "short",
    cloudWatch: [line("QueueSize", "Maximum"), line("ActiveJobs", "Maximum")],
    prometheus: [
      level("QueueSize"),
      level("QueueCapacity"),
      level("ActiveJobs"),
      level("ActiveCapacity"),
    ],
  },
  {
    title: "Age of the queue",
    unit: "s",
    cloudWatch: [line("OldestQueuedAge", "Maximum"), line("StalledQueueAge", "Maximum")],
    prometheus: [level("OldestQueuedAge"), level("StalledQueueAge")],
  },
  {
    title: "Admitted and refused",
    unit: "short",
    cloudWatch: [line("JobsAdmitted", "Sum"), line("JobsRefused", "Sum")],
    prometheus: [rise("JobsAdmitted"), rise("JobsRefused")],
  },
  {
    title: "Jobs by outcome",
    unit: "short",
    cloudWatch: [line("JobsEnded", "Sum")],
    prometheus: [rise("JobsEnded")],
  },
  {
    title: "Failed jobs by error",
    unit: "short",
    cloudWatch: [line("JobErrors", "Sum")],
    prometheus: [rise("JobErrors")],
  },
  {
    title: "Share of failed jobs",
    unit: "percentunit",
    cloudWatch: [line("JobFailure", "Average")],
    prometheus: [failedShare()],
  },
  {
    title: "Time in the queue",
    unit: "s",
    cloudWatch: [line("QueueWait", "p50"), line("QueueWait", "p95")],
    prometheus: [percentile("QueueWait", 50), percentile("QueueWait", 95)],
  },
  {
    title: "Duration of jobs",
    unit: "s",
    cloudWatch: [line("JobDuration", "p50"), line("JobDuration", "p95")],
    prometheus: [percentile("JobDuration", 50), percentile("JobDuration", 95)],
  },
  {
    title: "Duration of each stage (p95)",
    unit: "s",
    cloudWatch: [line("StageDuration", "p95")],
    prometheus: [percentile("StageDuration", 95)],
  },
  {
    title: "Calls to providers",
    unit: "short",
    cloudWatch: [line("ProviderCalls", "Sum")],
    prometheus: [rise("ProviderCalls")],
  },
  {
    title: "Retries by reason",
    unit: "short",
    cloudWatch: [line("ProviderRetries", "Sum")],
    prometheus: [rise("ProviderRetries")],
  },
  {
    title: "Permits in use",
    unit: "short",
    cloudWatch: [line("PermitsInUse", "Maximum")],
    prometheus: [level("PermitsInUse"), level("PermitsCap")],
  },
  {
    title: "Breakers (0 closed, 1 half-open, 2 open)",
    unit: "short",
    cloudWatch: [line("BreakerState", "Maximum")],
    prometheus: [level("BreakerState")],
  },
  {
    title: "Breaker transitions",
    unit: "short",
    cloudWatch: [line("BreakerTransitions", "Sum")],
    prometheus: [rise("BreakerTransitions")],
  },
  {
    title: "Chunks answered from cache and by a provider",
    unit: "short",
    cloudWatch: [line("CacheHits", "Sum"), line("CacheMisses", "Sum")],
    prometheus: [rise("CacheHits"), rise("CacheMisses")],
  },
  {
    title: "Cache hit ratio",
    unit: "percentunit",
    cloudWatch: [],
    prometheus: [share("CacheHits", "CacheMisses")],
  },
  {
    title: "Tokens",
    unit: "short",
    cloudWatch: [line("Tokens", "Sum")],
    prometheus: [rise("Tokens")],
  },
  {
    title: "Estimated cost",
    unit: "currencyUSD",
    cloudWatch: [line("EstimatedCost", "Sum")],
    prometheus: [rise("EstimatedCost")],
  },
  {
    title: "Chunks stored",
    unit: "short",
    cloudWatch: [line("ChunksStored", "Sum")],
    prometheus: [rise("ChunksStored")],
  },
  {
    title: "Webhooks by outcome of an attempt",
    unit: "short",
    cloudWatch: [line("WebhookAttempts", "Sum")],
    prometheus: [rise("WebhookAttempts")],
  },
  {
    title: "Sweep repairs and dead letters",
    unit: "short",
    // CloudWatch shows dead letters from SQS's own metric.
    cloudWatch: [line("SweepRepairs", "Sum")],
    prometheus: [rise("SweepRepairs"), level("DeadLetters")],
  },
];

function line(metric: MetricName, statistic: Line["statistic"]): Line {
  return { metric, statistic };
}

function failedShare(): Query {
  const { expr } = rise("JobsEnded");
  const ended = expr.replace(/^sum by \(outcome\) /, "sum");
  const failed = ended.replace("[5m]", '{outcome="failed"}[5m]');
  const counted = ended.replace("[5m]", '{outcome=~"failed|completed"}[5m]');
  return { expr: `${failed} / ${counted}`, legend: "failed" };
}
