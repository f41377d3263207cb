/** A job as clients see it. */

import type { JobAnswer } from "../contract/calls/jobs.ts";
import type { LastFailure } from "../contract/last-failure.ts";
import type { StageName } from "../contract/vocabulary.ts";
import { attemptId } from "../records/jobs/attempt.ts";
import { type EndedAttempt, isTerminal, type Job, type JobResult } from "../records/jobs/job.ts";
import { progressOf, stagesOf } from "../records/jobs/progress.ts";
import type { GateLimits, GateState } from "../scheduling/gate/gate-state.ts";
import { queuePlace } from "../scheduling/gate/turns.ts";

export interface Hold {
  /** Until when calls are held back. @default they are not, and fail */
  readonly untilMs?: number | undefined;
  readonly lastFailure?: LastFailure | undefined;
}

/** Facts that are not in the job's own record. */
export interface Surroundings {
  readonly queue?: { readonly gate: GateState; readonly limits: GateLimits };
  /** Stages whose provider does not respond. */
  readonly held?: Readonly<Partial<Record<StageName, Hold>>>;
  /** For callers that may know it. */
  readonly stateMachineArn?: string | undefined;
}

export function viewJob(
  job: Job,
  { queue, held = {}, stateMachineArn }: Surroundings = {},
): JobAnswer {
  const place =
    queue && job.status === "queued"
      ? queuePlace(queue.gate, queue.limits, attemptId(job))
      : undefined;
  return {
    job_id: job.jobId,
    document_id: job.documentId,
    document_version: job.documentVersion,
    status: job.status,
    terminal: isTerminal(job.status),
    progress: progressOf(job),
    stages: viewStages(job, held),
    attempt: job.attempt,
    ...(place === undefined
      ? {}
      : { queue_position: place.position, estimated_wait_seconds: place.estimatedWaitSeconds }),
    ...(job.parent === undefined
      ? {}
      : { parent: { document_id: job.parent.documentId, job_id: job.parent.jobId } }),
    submitted_at: job.submittedAt,
    ...(job.queuedAt === undefined ? {} : { queued_at: job.queuedAt }),
    ...(job.cancelRequestedAt === undefined ? {} : { cancel_requested_at: job.cancelRequestedAt }),
    ...viewState(job),
    ...(job.endedAttempts === undefined
      ? {}
      : { ended_attempts: job.endedAttempts.map(viewEndedAttempt) }),
    ...(stateMachineArn === undefined || !("startedAt" in job && job.startedAt)
      ? {}
      : { execution_arn: executionArn(stateMachineArn, job) }),
    version: job.version,
  };
}

function viewEndedAttempt({ startedAt, endedAt, ...ended }: EndedAttempt) {
  return {
    ...ended,
    ...(startedAt === undefined ? {} : { started_at: startedAt }),
    ended_at: endedAt,
  };
}

function executionArn(stateMachineArn: string, job: Job): string {
  return `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${attemptId(job)}`;
}

function viewStages(job: Job, held: NonNullable<Surroundings["held"]>): JobAnswer["stages"] {
  const stages = Object.entries(stagesOf(job)).map(([name, progress]) => {
    const updatedAt = job[`${name as StageName}At`];
    const stage = updatedAt === undefined ? progress : { ...progress, updated_at: updatedAt };
    const hold = held[name as StageName];
    if (hold === undefined || stage.status !== "running") return [name, stage];
    const until =
      hold.untilMs === undefined ? {} : { held_until: new Date(hold.untilMs).toISOString() };
    const last = hold.lastFailure === undefined ? {} : { last_failure: hold.lastFailure };
    return [name, { ...stage, ...until, ...last }];
  });
  return Object.fromEntries(stages) as JobAnswer["stages"];
}

function viewState(job: Job): Partial<JobAnswer> {
  const started = "startedAt" in job && job.startedAt ? { started_at: job.startedAt } : {};
  switch (job.status) {
    case "queued":
      return {};
    case "processing":
      return started;
    case "completed":
      return { ...started, completed_at: job.completedAt, result: viewResult(job.result) };
    case "failed":
      return { ...started, failed_at: job.failedAt, error: job.error };
    case "cancelled":
      return { ...started, cancelled_at: job.cancelledAt };
  }
}

function viewResult(result: JobResult): NonNullable<JobAnswer["result"]> {
  const { usage } = result;
  return {
    document_id: result.documentId,
    document_version: result.documentVersion,
    chunk_count: result.chunkCount,
    embedding_model: result.embeddingModel,
    dimensions: result.dimensions,
    unchanged: result.unchanged,
    superseded: result.superseded,
    degraded: result.degraded,
    ...(result.unreadablePages === undefined
      ? {}
      : { unreadable_pages: [...result.unreadablePages] }),
    ...(result.attachments === undefined
      ? {}
      : {
          attachments: result.attachments.map((note) => ({
            filename: note.filename,
            content_type: note.contentType,
            size_bytes: note.sizeBytes,
            ...(note.documentId === undefined ? {} : { document_id: note.documentId }),
            ...(note.jobId === undefined ? {} : { job_id: note.jobId }),
            ...(note.skipped === undefined ? {} : { skipped: note.skipped }),
          })),
        }),
    failed_chunks: result.failedChunks.map((chunk) => ({ ...chunk })),
    failed_chunk_count: result.failedChunkCount,
    usage: {
      llm_calls: usage.llmCalls,
      embedding_calls: usage.embeddingCalls,
      prompt_tokens: usage.promptTokens,
      completion_tokens: usage.completionTokens,
      embedding_tokens: usage.embeddingTokens,
      // Sums of booked usage. A killed invocation books nothing, so a difference could be negative;
      // show 0 then.
      metadata_cache_hits: Math.max(0, usage.metadataCacheHits),
      embedding_cache_hits: Math.max(0, usage.embeddingCacheHits),
      ...(result.estimatedCostUsd === undefined
        ? {}
        : { estimated_cost_usd: result.estimatedCostUsd }),
    },
  };
}
