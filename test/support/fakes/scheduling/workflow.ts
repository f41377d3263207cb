import {
  type Attempt,
  type AttemptId,
  attemptId,
} from "../../../../lambdas/records/jobs/attempt.ts";
import type {
  ExecutionError,
  ExecutionStatus,
  Workflow,
} from "../../../../lambdas/scheduling/orchestration.ts";

export interface Execution {
  readonly attempt: Attempt;
  status: Exclude<ExecutionStatus, "unknown">;
  error?: ExecutionError;
}

/** Executions that run until a test ends them. */
export class MemoryWorkflow implements Workflow {
  /** By attempt id, in order of their start. */
  readonly executions = new Map<AttemptId, Execution>();

  async start(attempt: Attempt): Promise<"started" | "exists"> {
    const id = attemptId(attempt);
    if (this.executions.has(id)) return "exists";
    const { jobId } = attempt;
    this.executions.set(id, { attempt: { jobId, attempt: attempt.attempt }, status: "running" });
    return "started";
  }

  async describe(id: AttemptId): Promise<{ status: ExecutionStatus; error?: ExecutionError }> {
    const execution = this.executions.get(id);
    if (execution === undefined) return { status: "unknown" };
    const { status, error } = execution;
    return error === undefined ? { status } : { status, error: { ...error } };
  }

  async stop(id: AttemptId): Promise<void> {
    this.end(id, { error: "Stopped", cause: "A stop was asked for." });
  }

  /** For tests: ends a running execution, well or with an error. */
  end(id: AttemptId, error?: ExecutionError): void {
    const execution = this.executions.get(id);
    if (execution?.status !== "running") return;
    execution.status = error === undefined ? "succeeded" : "failed";
    if (error !== undefined) execution.error = error;
  }

  /** For tests: those that run. */
  running(): Execution[] {
    return [...this.executions.values()].filter(({ status }) => status === "running");
  }
}
