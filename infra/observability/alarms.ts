/**
 * The alarms: a metric, its threshold, and how long it must last. `docs/runbooks/alarms.md` has a
 * section for each, by its name.
 */
import { type MetricName, type Sample, sample } from "../../lambdas/contract/calls/metrics.ts";
import type { StepName } from "../../lambdas/functions.ts";
import type { Settings } from "../../lambdas/platform/settings.ts";
import { stalledAfterMs } from "../../lambdas/scheduling/limits.ts";

export interface Alarm {
  readonly name: string;
  /** What happened, as a sentence. */
  readonly says: string;
  /** The section of the runbook. */
  readonly runbook: string;
  readonly source:
    | { readonly kind: "own"; readonly metric: MetricName; readonly labels: Sample["labels"] }
    | { readonly kind: "deadLetters" | "webhookDeadLetters" }
    | { readonly kind: "function"; readonly step: StepName; readonly metric: FunctionMetric };
  readonly statistic: "Minimum" | "Maximum" | "Average" | "Sum" | "SampleCount";
  readonly periodMinutes: number;
  /** Number of consecutive periods. */
  readonly periods: number;
  /** The threshold: the alarm fires at or above it. */
  readonly threshold: number;
  /** Fires below the threshold instead, and if there is no data. @default false */
  readonly firesWithoutData?: true;
}

type FunctionMetric = "Errors" | "Throttles";

/**
 * Functions whose errors are always a defect. The tasks of the state machine throw by design; their
 * defects show as failed jobs. Errors of the API's other functions show on the dashboard.
 */
const watched = [
  "submit",
  "dispatch",
  "finish",
  "sweep",
  "maintain",
  "erase",
] as const satisfies readonly StepName[];

/** Steps that work only where buckets are followed. */
const watchedOfSources = ["feed", "reconcile"] as const satisfies readonly StepName[];

/** Throttling concerns the whole account; these three run often enough to meet it. */
const throttled = ["submit", "dispatch", "sweep"] as const satisfies readonly StepName[];

/** A queue that is older than this and does not move is stalled. */
const stalledSeconds = 15 * 60;
if (stalledSeconds * 1_000 < stalledAfterMs) {
  throw new Error("The alarm for a stalled queue cannot fire before the queue counts as stalled.");
}

/** Percent of jobs that may fail: some documents are bad, but rarely a fifth of them. */
const failedShare = 0.2;

export function alarms(settings: Settings): readonly Alarm[] {
  return [
    {
      name: "QueueFull",
      says: `${settings.MAX_QUEUED} jobs have been queued for more than 5 minutes, so submissions are refused with 503.`,
      ...once("QueueFull"),
      source: own(sample("QueueSize", 1)),
      statistic: "Minimum",
      periods: 5,
      threshold: settings.MAX_QUEUED,
    },
    {
      name: "QueueStalled",
      says: "Jobs are queued, but none has started, ended or advanced for more than 15 minutes.",
      ...once("QueueStalled"),
      source: own(sample("StalledQueueAge", 1)),
      statistic: "Maximum",
      threshold: stalledSeconds,
    },
    {
      name: "JobsFailing",
      says: "At least a fifth of the jobs that ended in the last 15 minutes have failed.",
      ...once("JobsFailing"),
      source: own(sample("JobFailure", 1)),
      statistic: "Average",
      periodMinutes: 15,
      threshold: failedShare,
    },
    ...(["llm", "embeddings"] as const).map(
      (dependency): Alarm => ({
        name: dependency === "llm" ? "BreakerOpenLlm" : "BreakerOpenEmbeddings",
        says: `The breaker of ${dependency} is open: its provider fails, so jobs wait for it.`,
        ...once("BreakerOpen"),
        source: own(sample("BreakerState", 1, { dependency })),
        statistic: "Maximum",
        threshold: 1,
      }),
    ),
    deadLetters(
      "DeadLetters",
      "deadLetters",
      "Wake-ups have failed five times each. No job is lost, but dispatch fails repeatedly.",
    ),
    deadLetters(
      "WebhookDeadLetters",
      "webhookDeadLetters",
      "Messages of webhooks have failed five times each, so these webhooks are not sent any more.",
    ),
    {
      name: "WebhooksGivenUp",
      says: "A webhook has failed and is not sent again: its receiver refused every attempt, or is gone.",
      ...once("WebhooksGivenUp"),
      source: own(sample("WebhookAttempts", 1, { outcome: "failed" })),
      statistic: "Sum",
      periodMinutes: 60,
      threshold: 1,
    },
    {
      name: "SweepRepairs",
      says: "Sweep has repaired the effect of a crash or a lost message.",
      ...once("SweepRepairs"),
      source: own(sample("SweepRepairs", 1)),
      statistic: "Sum",
      periodMinutes: 5,
      threshold: 1,
    },
    {
      // The alarms of queue and breakers use samples from sweep; without data they stay quiet.
      name: "SweepSilent",
      says: "Sweep has not completed in 5 of the last 15 minutes: nothing is repaired, and other alarms have no data.",
      ...once("SweepSilent"),
      source: own(sample("QueueSize", 1)),
      statistic: "SampleCount",
      periods: 5,
      threshold: 1,
      firesWithoutData: true,
    },
    {
      name: "CostPerHour",
      says: `The model calls of the last hour have an estimated cost of $${settings.COST_ALARM_USD_PER_HOUR} or more.`,
      ...once("CostPerHour"),
      source: own(sample("EstimatedCost", 1)),
      statistic: "Sum",
      periodMinutes: 60,
      threshold: settings.COST_ALARM_USD_PER_HOUR,
    },
    ...watched.map((step) => ofFunction(step, "Errors")),
    ...(settings.SOURCES === undefined
      ? []
      : watchedOfSources.map((step) => ofFunction(step, "Errors"))),
    ...throttled.map((step) => ofFunction(step, "Throttles")),
  ];
}

/** Messages that their function gave up. */
function deadLetters(
  name: string,
  kind: "deadLetters" | "webhookDeadLetters",
  says: string,
): Alarm {
  return { name, says, ...once(name), source: { kind }, statistic: "Maximum", threshold: 1 };
}

function ofFunction(step: StepName, metric: FunctionMetric): Alarm {
  return {
    name: `Function${metric}-${step}`,
    says:
      metric === "Errors"
        ? `The function of ${step} has failed, crashed or timed out.`
        : `The function of ${step} is throttled: Lambda refuses to run it.`,
    ...once(`Function${metric}`),
    source: { kind: "function", step, metric },
    statistic: "Sum",
    periodMinutes: 5,
    threshold: 1,
  };
}

/** The default: one period of a minute. */
function once(runbook: string) {
  return { runbook, periodMinutes: 1, periods: 1 } as const;
}

/** The time series of such a sample. */
function own({ name, labels }: Sample): Alarm["source"] {
  return { kind: "own", metric: name, labels };
}
