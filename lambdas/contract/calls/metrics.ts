/**
 * The only list of metrics. Functions emit, dashboards draw, alarms watch and `/v1/metrics` renders
 * from it, so no alarm can wait for a metric that nobody emits.
 *
 * Labels are bounded: never a tenant, a job or a document. CloudWatch charges monthly for each
 * combination of label values.
 */
import { jobErrorCodes, otherJobErrorCodes, unreadableDocumentErrors } from "../job-errors.ts";
import type { Dependency } from "../vocabulary.ts";
import { stageNames } from "../vocabulary.ts";

/** CloudWatch's unit. */
export const metricsNamespace = "Sluice";

const dependency = ["llm", "embeddings"] as const satisfies readonly Dependency[];

/** Why a valid submission or retry was refused. */
export const admissionRefusals = ["queue_full", "unavailable"] as const;
/** How one attempt to send a webhook went: `retry` is sent again, `failed` is not. */
export const webhookOutcomes = ["delivered", "retry", "failed"] as const;
export const retryReasons = ["throttled", "timeout", "unavailable"] as const;
/** Counts all of `unreadableDocumentErrors`: each value of a label has a price. */
const unreadableDocument = "unreadable_document";
/** A failed job's `error.code`; any other code counts as `other`. */
const errorCodes: readonly string[] = [
  ...[...jobErrorCodes.values()].filter((code) => !unreadableDocumentErrors.has(code)),
  unreadableDocument,
  ...otherJobErrorCodes,
  "other",
];

/** Upper bounds in seconds. Stages of small documents take seconds, those of large documents take minutes. */
const durationBuckets = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 21_600] as const;

export interface Metric {
  /** A gauge is a current value; counters and histograms accumulate. */
  readonly kind: "counter" | "gauge" | "histogram";
  readonly prometheus: `sluice_${string}`;
  readonly help: string;
  readonly unit: "Count" | "Seconds" | "None";
  /** Each label with its allowed values. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
  /** A histogram's upper bounds in ascending order, without infinity. */
  readonly buckets?: readonly number[];
  /** Where the metric is exported. @default both */
  readonly only?: "prometheus" | "cloudwatch";
  /** Emitted as 0 every minute, so that its alarm always has data. */
  readonly zero?: true;
}

export const metrics = {
  QueueSize: gauge("sluice_queue_size", "Jobs in the queue"),
  QueueCapacity: {
    ...gauge("sluice_queue_capacity", "Maximum number of jobs in the queue"),
    only: "prometheus",
  },
  ActiveJobs: gauge("sluice_active_jobs", "Jobs running"),
  ActiveCapacity: {
    ...gauge("sluice_active_capacity", "Maximum number of jobs running"),
    only: "prometheus",
  },
  OldestQueuedAge: {
    ...gauge("sluice_oldest_queued_age_seconds", "How long the oldest queued job has waited"),
    unit: "Seconds",
  },
  StalledQueueAge: {
    ...gauge(
      "sluice_stalled_queue_age_seconds",
      "How long the queue has made no progress: no job starts, ends or advances; otherwise 0",
    ),
    unit: "Seconds",
  },
  BreakerState: {
    ...gauge("sluice_breaker_state", "0 closed, 1 half-open, 2 open"),
    labels: { dependency },
  },
  PermitsInUse: {
    ...gauge("sluice_permits_in_use", "Permits held for provider calls"),
    labels: { dependency },
  },
  PermitsCap: {
    ...gauge("sluice_permits_cap", "Maximum number of permits for provider calls"),
    labels: { dependency },
    only: "prometheus",
  },
  // CloudWatch gets this metric from SQS.
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
    ...counter("sluice_jobs_ended_total", "Job attempts that ended"),
    labels: { outcome: ["completed", "failed", "cancelled"] },
  },
  // The average is the share of failed jobs, so an alarm needs no arithmetic.
  JobFailure: {
    ...counter("sluice_job_failure", "1 for a job that failed, 0 for one that completed"),
    only: "cloudwatch",
  },
  JobErrors: {
    ...counter("sluice_job_errors_total", "Failed jobs by error code"),
    labels: { code: errorCodes },
  },
  QueueWait: histogram("sluice_queue_wait_seconds", "Time from queued to started"),
  StageDuration: {
    ...histogram("sluice_stage_duration_seconds", "Duration of a job's stage"),
    labels: { stage: stageNames },
  },
  JobDuration: histogram("sluice_job_duration_seconds", "Time from started to completed"),
  ChunksStored: counter("sluice_chunks_stored_total", "Chunks stored and searchable"),

  ProviderCalls: {
    ...counter("sluice_provider_calls_total", "Calls to a provider, including failed calls"),
    labels: { dependency },
  },
  ProviderRetries: {
    ...counter(
      "sluice_provider_retries_total",
      "Retried calls, by the reason of the previous failure",
    ),
    labels: { reason: retryReasons },
  },
  Tokens: {
    ...counter("sluice_tokens_total", "Tokens, as counted by the provider"),
    labels: { kind: ["prompt", "completion", "embedding"] },
  },
  CacheHits: {
    ...counter("sluice_cache_hits_total", "Chunks answered from the cache"),
    labels: { dependency },
  },
  CacheMisses: {
    ...counter("sluice_cache_misses_total", "Chunks answered by a provider"),
    labels: { dependency },
  },
  EstimatedCost: {
    ...counter(
      "sluice_estimated_cost_usd_total",
      "Estimated cost in US dollars, from token prices",
    ),
    unit: "None",
    zero: true,
  },
  BreakerTransitions: {
    ...counter("sluice_breaker_transitions_total", "Changes of a breaker's state"),
    labels: { dependency, to: ["closed", "half-open", "open"] },
  },
  WebhookAttempts: {
    ...counter("sluice_webhook_attempts_total", "Attempts to send a webhook, by outcome"),
    labels: { outcome: webhookOutcomes },
  },
  SweepRepairs: {
    ...counter("sluice_sweep_repairs_total", "Repairs by sweep after crashes and lost messages"),
    zero: true,
  },
} as const satisfies Record<string, Metric>;

/** The values of the `BreakerState` metric. */
export const breakerLevels = { closed: 0, "half-open": 1, open: 2 } as const;

export type MetricName = keyof typeof metrics;
export const metricNames = Object.keys(metrics) as MetricName[];

/** The labels of a metric's samples. */
export type LabelsOf<Name extends MetricName> = {
  readonly [Label in keyof (typeof metrics)[Name]["labels"]]: (typeof metrics)[Name]["labels"][Label] extends readonly (infer Value)[]
    ? Value
    : never;
};

/** One observation: a gauge's value, a counter's increment or a histogram's measurement. */
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

/** Every combination of a metric's label values. */
export function labelSets({ labels }: Metric): Readonly<Record<string, string>>[] {
  return Object.entries(labels).reduce<Record<string, string>[]>(
    (sets, [label, values]) =>
      sets.flatMap((set) => values.map((value) => ({ ...set, [label]: value }))),
    [{}],
  );
}

/** The error code under which a failed job is counted. */
export function countedErrorCode(code: string): string {
  if (unreadableDocumentErrors.has(code)) return unreadableDocument;
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
