/**
 * What somebody must be told of: a metric, when it is bad, and how long before
 * it counts. `docs/runbooks/alarms.md` has a section for each, by its name.
 */
import { type MetricName, type Sample, sample } from "../../lambdas/contract/calls/metrics.ts";
import type { StepName } from "../../lambdas/functions.ts";
import type { Settings } from "../../lambdas/platform/settings.ts";
import { stalledAfterMs } from "../../lambdas/scheduling/limits.ts";

export interface Alarm {
  readonly name: string;
  /** What has happened, as a sentence. */
  readonly says: string;
  /** The section of the runbook. */
  readonly runbook: string;
  readonly source:
    | { readonly kind: "own"; readonly metric: MetricName; readonly labels: Sample["labels"] }
    | { readonly kind: "deadLetters" }
    | { readonly kind: "function"; readonly step: StepName; readonly metric: FunctionMetric };
  readonly statistic: "Minimum" | "Maximum" | "Average" | "Sum" | "SampleCount";
  readonly periodMinutes: number;
  /** Periods in a row. */
  readonly periods: number;
  /** At least this. */
  readonly threshold: number;
  /** Rings below the threshold instead, and where there is no data at all. @default false */
  readonly ringsAtSilence?: true;
}

type FunctionMetric = "Errors" | "Throttles";

/**
 * Functions of which an error is always a defect. Those of the other steps
 * throw as part of how the state machine works; their defects show as failed
 * jobs, and those of the API's other functions in the dashboard.
 */
const watched = ["submit", "dispatch", "finish", "sweep"] as const satisfies readonly StepName[];

/** Older than this and not moving, the queue is stuck. */
const stalledSeconds = 15 * 60;
if (stalledSeconds * 1_000 < stalledAfterMs) {
  throw new Error("An alarm for a stalled queue cannot come before it counts as stalled.");
}

/** So many of a hundred jobs may fail: documents may be bad, but hardly a fifth of them. */
const failedShare = 0.2;

export function alarms(settings: Settings): readonly Alarm[] {
  return [
    {
      name: "QueueFull",
      says: `${settings.MAX_QUEUED} jobs have waited for more than 5 minutes: submissions are refused with 503.`,
      ...once("QueueFull"),
      source: own(sample("QueueSize", 1)),
      statistic: "Minimum",
      periods: 5,
      threshold: settings.MAX_QUEUED,
    },
    {
      name: "QueueStalled",
      says: "Jobs wait, and for more than a quarter of an hour none has started, ended or got on.",
      ...once("QueueStalled"),
      source: own(sample("StalledQueueAge", 1)),
      statistic: "Maximum",
      threshold: stalledSeconds,
    },
    {
      name: "JobsFailing",
      says: "A fifth or more of the jobs that ended within a quarter of an hour have failed.",
      ...once("JobsFailing"),
      source: own(sample("JobFailure", 1)),
      statistic: "Average",
      periodMinutes: 15,
      threshold: failedShare,
    },
    ...(["llm", "embeddings"] as const).map(
      (dependency): Alarm => ({
        name: dependency === "llm" ? "BreakerOpenLlm" : "BreakerOpenEmbeddings",
        says: `The breaker of ${dependency} is open: its provider fails, and jobs wait for it.`,
        ...once("BreakerOpen"),
        source: own(sample("BreakerState", 1, { dependency })),
        statistic: "Maximum",
        threshold: 1,
      }),
    ),
    {
      name: "DeadLetters",
      says: "Wake-ups have failed five times each. No job is lost, but something fails all the time.",
      ...once("DeadLetters"),
      source: { kind: "deadLetters" },
      statistic: "Maximum",
      threshold: 1,
    },
    {
      name: "SweepRepairs",
      says: "Sweep has made something good that a crash or a lost message left.",
      ...once("SweepRepairs"),
      source: own(sample("SweepRepairs", 1)),
      statistic: "Sum",
      periodMinutes: 5,
      threshold: 1,
    },
    {
      // The alarms of queue and breakers look at what sweep sends, and take its silence for all being well.
      name: "SweepSilent",
      says: "Sweep has not come to its end for 5 minutes: nothing is repaired, and other alarms see nothing.",
      ...once("SweepSilent"),
      source: own(sample("QueueSize", 1)),
      statistic: "SampleCount",
      periods: 5,
      threshold: 1,
      ringsAtSilence: true,
    },
    {
      name: "CostPerHour",
      says: `The models' tokens of an hour have cost $${settings.COST_ALARM_USD_PER_HOUR} or more, by their prices.`,
      ...once("CostPerHour"),
      source: own(sample("EstimatedCost", 1)),
      statistic: "Sum",
      periodMinutes: 60,
      threshold: settings.COST_ALARM_USD_PER_HOUR,
    },
    ...watched.flatMap((step) =>
      (["Errors", "Throttles"] as const).map(
        (metric): Alarm => ({
          name: `Function${metric}-${step}`,
          says:
            metric === "Errors"
              ? `The function of ${step} has failed, crashed or run out of time.`
              : `The function of ${step} is not run as often as it is asked for.`,
          ...once(`Function${metric}`),
          source: { kind: "function", step, metric },
          statistic: "Sum",
          periodMinutes: 5,
          threshold: 1,
        }),
      ),
    ),
  ];
}

/** The usual: one period of a minute. */
function once(runbook: string) {
  return { runbook, periodMinutes: 1, periods: 1 } as const;
}

/** The series that such a sample belongs to. */
function own({ name, labels }: Sample): Alarm["source"] {
  return { kind: "own", metric: name, labels };
}
