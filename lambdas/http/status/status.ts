import type {
  JobAnswer,
  JobListParameters,
  JobPageAnswer,
  JobQueryParameters,
} from "../../contract/calls/jobs.ts";
import { notFound } from "../../contract/refusals.ts";
import type { Breaker } from "../../models/breaker/breaker.ts";
import {
  type BreakerSettings,
  type BreakerState,
  nextTryMs,
} from "../../models/breaker/breaker-state.ts";
import type { Clock } from "../../platform/clock.ts";
import { isTerminal, type Job } from "../../records/jobs/job.ts";
import type { JobStore } from "../../records/jobs/job-store.ts";
import type { Gate } from "../../scheduling/gate/gate.ts";
import type { GateLimits } from "../../scheduling/gate/gate-state.ts";
import { refuseInvalidCursor } from "../cursor.ts";
import { type Hold, type Surroundings, viewJob } from "../job-view.ts";
import { viewLastFailure } from "../last-failure.ts";

export interface StatusPorts {
  readonly jobs: JobStore;
  readonly gate: Gate;
  readonly breaker: Breaker;
  readonly clock: Clock;
}

export interface StatusSettings extends Pick<BreakerSettings, "cooldownMs">, GateLimits {
  /** Shown to operators, as part of the name of a job's execution. @default not shown */
  readonly stateMachineArn?: string;
}

/** The time between two polls, each a consistent read of a small item. */
const lookEveryMs = 500;

/**
 * Returns a job, immediately or as soon as its version exceeds `after_version`. The wait ends after
 * the requested time in any case.
 * @throws RequestRefusedError `not_found`, also for another tenant's job
 */
export async function jobStatus(
  tenant: string,
  jobId: string,
  query: JobQueryParameters,
  ports: StatusPorts,
  settings: StatusSettings,
): Promise<JobAnswer> {
  const until = ports.clock.now() + query.wait_seconds * 1_000;
  for (;;) {
    const job = await ports.jobs.read(jobId);
    if (job === undefined || job.tenant !== tenant) throw notFound(`Job ${jobId}`);
    const news = query.after_version === undefined || job.version > query.after_version;
    if (news || isTerminal(job.status) || ports.clock.now() + lookEveryMs > until) {
      return viewJob(job, await around([job], ports, settings));
    }
    await ports.clock.sleep(lookEveryMs);
  }
}

/** Read only if a job's state needs it: most responses are about jobs that have ended. */
async function around(
  jobs: readonly Job[],
  ports: StatusPorts,
  settings: StatusSettings,
): Promise<Surroundings> {
  const some = (status: Job["status"]) => jobs.some((job) => job.status === status);
  const [gate, outages] = await Promise.all([
    some("queued") ? ports.gate.read() : undefined,
    some("processing") ? heldStages(ports, settings) : undefined,
  ]);
  return {
    stateMachineArn: settings.stateMachineArn,
    ...(gate && { queue: { gate, limits: settings } }),
    ...(outages && { held: outages }),
  };
}

async function heldStages(
  { breaker, clock }: Pick<StatusPorts, "breaker" | "clock">,
  settings: StatusSettings,
): Promise<NonNullable<Surroundings["held"]>> {
  const [llm, embeddings] = await Promise.all([breaker.read("llm"), breaker.read("embeddings")]);
  const metadata = holdOf(llm, settings, clock.now());
  const embedding = holdOf(embeddings, settings, clock.now());
  return {
    ...(metadata === undefined ? {} : { metadata }),
    ...(embedding === undefined ? {} : { embeddings: embedding }),
  };
}

/** A failure that a retry cures is no news. */
const silentMs = 10_000;

/** The calls of a small job open no breaker; what they fail with says why the job stands still. */
function holdOf(breaker: BreakerState, settings: StatusSettings, nowMs: number): Hold | undefined {
  const untilMs = nextTryMs(breaker, settings);
  const { sinceMs = nowMs } = breaker.lastFailure ?? {};
  if (untilMs === undefined && nowMs - sinceMs < silentMs) return undefined;
  return { untilMs, lastFailure: viewLastFailure(breaker).last_failure };
}

/** @throws RequestRefusedError `invalid_request` if the cursor is not from this tenant's listing */
export async function listJobs(
  tenant: string,
  query: JobListParameters,
  ports: StatusPorts,
  settings: StatusSettings,
): Promise<JobPageAnswer> {
  const page = await ports.jobs
    .list({
      tenant,
      limit: query.limit,
      ...(query.status === undefined ? {} : { status: query.status }),
      ...(query.document_id === undefined ? {} : { documentId: query.document_id }),
      ...(query.cursor === undefined ? {} : { cursor: query.cursor }),
    })
    .catch(refuseInvalidCursor);
  const surroundings = await around(page.jobs, ports, settings);
  return {
    jobs: page.jobs.map((job) => viewJob(job, surroundings)),
    ...(page.nextCursor === undefined ? {} : { next_cursor: page.nextCursor }),
  };
}
