/** How steps set each other off: wake-ups, executions, finish, and events to the outside. */

import type { Attempt, AttemptId } from "../records/jobs/attempt.ts";
import type { JobError } from "../records/jobs/job.ts";

export interface WakeQueue {
  /** Wakes dispatch. A message carries no work: a lost or repeated one only delays or repeats a look. */
  wake(reason: string): Promise<void>;
}

export type ExecutionStatus = "running" | "succeeded" | "failed" | "unknown";

export interface Workflow {
  /** Starts the attempt's execution under its id; `exists` if it was ever started. */
  start(attempt: Attempt): Promise<"started" | "exists">;
  describe(id: AttemptId): Promise<{ status: ExecutionStatus; error?: ExecutionError }>;
  /** Asks a running execution to stop; one that does not run is fine. */
  stop(id: AttemptId): Promise<void>;
}

/** As Step Functions reports it. */
export interface ExecutionError {
  readonly error: string;
  readonly cause: string;
}

/** How an attempt came to its end, as told by one of finish's three callers. */
export type Ending =
  /** Ended well, or stopped: the job's own record says which terminal state that is. */
  | { readonly kind: "ended" }
  | { readonly kind: "failed"; readonly failure: ExecutionError }
  | { readonly kind: "cancelled" }
  | { readonly kind: "overdue" };

export interface Finisher {
  finish(attempt: Attempt, ending: Ending): Promise<void>;
}

export type JobEvent =
  | { readonly type: "job.completed"; readonly degraded: boolean }
  | { readonly type: "job.failed"; readonly error: JobError }
  | { readonly type: "job.cancelled" };

export interface EventedJob extends Attempt {
  readonly tenant: string;
  readonly documentId: string;
  /** Where to send a webhook. @default none is sent */
  readonly callbackUrl?: string;
  /** ISO 8601 UTC */
  readonly at: string;
}

export interface JobEvents {
  emit(job: EventedJob, event: JobEvent): Promise<void>;
}
