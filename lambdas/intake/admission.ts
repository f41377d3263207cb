/** What a client is told of the queue: on admission, on refusal and while it waits. */

import type { AcceptedAnswer } from "../contract/calls/ingest.ts";
import { RequestRefusedError } from "../contract/refusals.ts";
import { attemptId } from "../records/jobs/attempt.ts";
import type { Job } from "../records/jobs/job.ts";
import {
  type GateLimits,
  type GateState,
  type IntakePause,
  isFull,
  queuePosition,
  queueSize,
} from "../scheduling/gate/gate-state.ts";

/** Seconds of waiting per queued job, until measured durations give better. */
const secondsPerQueuedJob = 10;

export function estimatedWaitSeconds(queued: number): number {
  return queued * secondsPerQueuedJob;
}

export function accepted(
  job: Pick<Job, "jobId" | "documentId" | "documentVersion" | "attempt">,
  gate: GateState,
): AcceptedAnswer {
  return {
    job_id: job.jobId,
    document_id: job.documentId,
    document_version: job.documentVersion,
    status: "queued",
    status_url: `/v1/jobs/${job.jobId}`,
    queue_position: queuePosition(gate, attemptId(job)) ?? 0,
    estimated_wait_seconds: estimatedWaitSeconds(queueSize(gate)),
  };
}

/** Why the gate takes nothing now, if it does not. */
export function refusalBy(
  gate: GateState,
  limits: GateLimits,
  id: string,
): RequestRefusedError | undefined {
  if (gate.paused !== undefined) return intakePaused(gate.paused);
  return isFull(gate, limits) ? queueFull(gate, id) : undefined;
}

function intakePaused({ since, reason }: IntakePause): RequestRefusedError {
  const seconds = 30;
  const why = reason === undefined ? "" : ` (${reason})`;
  return new RequestRefusedError(
    "unavailable",
    `Intake is paused${why}. Nothing was stored. Accepted jobs continue. Send the request again later.`,
    { paused_since: since, retry_after_seconds: seconds },
    seconds,
  );
}

/** The 503 of a full queue; the id is for the logs and names no job. */
export function queueFull(gate: GateState, id: string): RequestRefusedError {
  return new RequestRefusedError(
    "queue_full",
    "Queue full",
    { job_id: id, queue_size: queueSize(gate), retry_after_seconds: secondsPerQueuedJob },
    secondsPerQueuedJob,
  );
}

/** Something that a request needs did not answer; nothing was kept of it. */
export function unavailable(what: string): RequestRefusedError {
  const seconds = 1;
  return new RequestRefusedError(
    "unavailable",
    `${what} Nothing was stored. Send the request again.`,
    { retry_after_seconds: seconds },
    seconds,
  );
}
