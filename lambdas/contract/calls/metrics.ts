/**
 * Every metric there is, once: what functions emit, dashboards draw, alarms
 * watch and `/v1/metrics` renders comes from here, so that nothing can wait
 * for a metric that nobody emits.
 *
 * Labels are bounded: never a tenant, a job or a document. CloudWatch charges
 * for each combination of values by the month.
 */
import { jobErrorCodes } from "../job-errors.ts";
import type { Dependency } from "../vocabulary.ts";
import { stageNames } from "../vocabulary.ts";

/** In CloudWatch. */
export const metricsNamespace = "Sluice";

const dependency = ["llm", "embeddings"] as const satisfies readonly Dependency[];

/** Why a submission or a retry was refused, though there was nothing wrong with it. */
export const admissionRefusals = ["queue_full", "unavailable"] as const;
export const retryReasons = ["throttled", "timeout", "unavailable"] as const;
/** A failed job's `error.code`; anything else counts as `other`. */
const errorCodes: readonly string[] = [
  ...jobErrorCodes.values(),
  "step_failed",
  "deadline_exceeded",
  "execution_lost",
  "other",
];

/** Upper bounds in seconds: stages of small documents take seconds, those of large ones minutes. */
const durationBuckets = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 21_600] as const;

export interface Metric {
  /** A gauge says how things stand; a counter and a histogram add up what happened. */
  readonly kind: "counter" | "gauge" | "histogram";
  readonly prometheus: `sluice_${string}`;
  readonly help: string;
  readonly unit: "Count" | "Seconds" | "None";
  /** Each label and the values that it may have. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
  /** A histogram's upper bounds, rising, without the infinite one. */
  readonly buckets?: readonly number[];
  /** Where it can be seen. @default both */
  readonly only?: "prometheus" | "cloudwatch";
  /** Emitted as 0 every minute, so that its alarm always has data. */
  readonly zero?: true;
}

export const metrics = {
  QueueSize: gauge("sluice_queue_size", "Jobs that wait"),
  QueueCapacity: { ...gauge("sluice_queue_capacity", "Jobs that may wait"), only: "prometheus" },
  ActiveJobs: gauge("sluice_active_jobs", "Jobs that run"),
  ActiveCapacity: { ...gauge("sluice_active_capacity", "Jobs that may run"), only: "prometheus" },
  OldestQueuedAge: {
    ...gauge("sluice_oldest_queued_age_seconds", "How long the oldest waiting job has waited"),
    unit: "Seconds",
  },
  StalledQueueAge: {
    ...gauge(
      "sluice_stalled_queue_age_seconds",
      "The same while no job starts, ends or gets on; else 0",
    ),
    unit: "Seconds",
  },
  BreakerState: {
    ...gauge("sluice_breaker_state", "0 closed, 1 half-open, 2 open"),
    labels: { dependency },
  },
  PermitsInUse: {
    ...gauge("sluice_permits_in_use", "Provider calls that may be in flight now"),
    labels: { dependency },
  },
  PermitsCap: {
    ...gauge("sluice_permits_cap", "Provider calls that may be in flight at most"),
    labels: { dependency },
    only: "prometheus",
  },
  // CloudWatch has it from SQS itself.
  DeadLetters: {
    ...gauge("sluice_dead_letters", "Wake-ups that failed five times"),
    only: "prometheus",
  },

  JobsAdmitted: counter("sluice_jobs_admitted_total", "Submissions and retries accepted"),
  JobsRefused: {
    ...counter("sluice_jobs_refused_total", "Submissions and retries refused with 503"),
    labels: { code: admissionRefusals },
  },
  JobsEnded: {
    ...counter("sluice_jobs_ended_total", "Attempts of jobs that ended"),
    labels: { outcome: ["completed", "failed", "cancelled"] },
  },
  // Averages to the share of failed jobs, which an alarm can watch without arithmetic.
  JobFailure: {
    ...counter("sluice_job_failure", "1 for a job that failed, 0 for one that completed"),
    only: "cloudwatch",
  },
  JobErrors: {
    ...counter("sluice_job_errors_total", "Failed jobs by the code of their error"),
    labels: { code: errorCodes },
  },
  QueueWait: histogram("sluice_queue_wait_seconds", "From queued to started"),
  StageDuration: {
    ...histogram("sluice_stage_duration_seconds", "How long a stage of a job took"),
    labels: { stage: stageNames },
  },
  JobDuration: histogram("sluice_job_duration_seconds", "From started to completed"),
  ChunksStored: counter("sluice_chunks_stored_total", "Chunks that searches can find since"),

  ProviderCalls: {
    ...counter("sluice_provider_calls_total", "Calls to a provider, failed ones among them"),
    labels: { dependency },
  },
  ProviderRetries: {
    ...counter("sluice_provider_retries_total", "Calls made again, by why the one before failed"),
    labels: { reason: retryReasons },
  },
  Tokens: {
    ...counter("sluice_tokens_total", "Tokens, as the provider counts them"),
    labels: { kind: ["prompt", "completion", "embedding"] },
  },
  CacheHits: {
    ...counter("sluice_cache_hits_total", "Chunks whose answer was there already"),
    labels: { dependency },
  },
  CacheMisses: {
    ...counter("sluice_cache_misses_total", "Chunks that a provider answered"),
    labels: { dependency },
  },
  EstimatedCost: {
    ...counter("sluice_estimated_cost_usd_total", "US dollars, by the price of the tokens"),
    unit: "None",
    zero: true,
  },
  BreakerTransitions: {
    ...counter("sluice_breaker_transitions_total", "Changes of a breaker's state"),
    labels: { dependency, to: ["closed", "half-open", "open"] },
  },
  SweepRepairs: {
    ...counter("sluice_sweep_repairs_total", "What crashes and lost messages left, made good"),
    zero: true,
  },
} as const satisfies Record<string, Metric>;

/** What `BreakerState` says. */
export const breakerLevels = { closed: 0, "half-open": 1, open: 2 } as const;

export type MetricName = keyof typeof metrics;
export const metricNames = Object.keys(metrics) as MetricName[];

/** The labels that samples of a metric carry. */
export type LabelsOf<Name extends MetricName> = {
  readonly [Label in keyof (typeof metrics)[Name]["labels"]]: (typeof metrics)[Name]["labels"][Label] extends readonly (infer Value)[]
    ? Value
    : never;
};

/** One observation: a gauge's value, an addition to a counter, a histogram's measurement. */
export interface Sample {
  readonly name: MetricName;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export function sample<Name extends MetricName>(
  name: Name,
  value: number,
  ...[labels]: keyof LabelsOf<Name> extends never ? [] : [labels: LabelsOf<Name>]
): Sample {
  return { name, value, labels: (labels ?? {}) as Sample["labels"] };
}

export function metricOf(name: MetricName): Metric {
  return metrics[name];
}

/** Every combination of the values that a metric's labels may have. */
export function labelSets({ labels }: Metric): Readonly<Record<string, string>>[] {
  return Object.entries(labels).reduce<Record<string, string>[]>(
    (sets, [label, values]) =>
      sets.flatMap((set) => values.map((value) => ({ ...set, [label]: value }))),
    [{}],
  );
}

/** The code to count a failed job under. */
export function countedErrorCode(code: string): string {
  return errorCodes.includes(code) ? code : "other";
}

function gauge<Name extends `sluice_${string}`>(prometheus: Name, help: string) {
  return { kind: "gauge", prometheus, help, unit: "Count", labels: {} } as const;
}

function counter<Name extends `sluice_${string}`>(prometheus: Name, help: string) {
  return { kind: "counter", prometheus, help, unit: "Count", labels: {} } as const;
}

function histogram<Name extends `sluice_${string}`>(prometheus: Name, help: string) {
  return {
    kind: "histogram",
    prometheus,
    help,
    unit: "Seconds",
    labels: {},
    buckets: durationBuckets,
  } as const;
}
