import type { AcceptedAnswer } from "../contract/calls/ingest.ts";
import { attemptId } from "../records/jobs/attempt.ts";
import type { Job } from "../records/jobs/job.ts";
import type { GateLimits, GateState } from "../scheduling/gate/gate-state.ts";
import { queuePlace } from "../scheduling/gate/turns.ts";

/** Names the accepted job in the answer. */
export type QueuedJob = Pick<Job, "jobId" | "documentId" | "documentVersion" | "attempt">;

/** The 202. */
export function accepted(job: QueuedJob, gate: GateState, limits: GateLimits): AcceptedAnswer {
  const place = queuePlace(gate, limits, attemptId(job));
  return {
    job_id: job.jobId,
    document_id: job.documentId,
    document_version: job.documentVersion,
    status: "queued",
    status_url: `/v1/jobs/${job.jobId}`,
    queue_position: place?.position ?? 0,
    estimated_wait_seconds: place?.estimatedWaitSeconds ?? 0,
  };
}
