import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  type SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { type Attempt, type AttemptId, attemptId } from "../records/jobs/attempt.ts";
import type { ExecutionError, ExecutionStatus, Workflow } from "./orchestration.ts";

/** Executions of the state machine, named by their attempt. */
export class StepFunctionsWorkflow implements Workflow {
  readonly #client: SFNClient;
  readonly #stateMachineArn: string;

  constructor(client: SFNClient, stateMachineArn: string) {
    this.#client = client;
    this.#stateMachineArn = stateMachineArn;
  }

  /** On AWS the same name and input of a running execution reads as `started` again. */
  async start({ jobId, attempt }: Attempt): Promise<"started" | "exists"> {
    try {
      await this.#client.send(
        new StartExecutionCommand({
          stateMachineArn: this.#stateMachineArn,
          name: attemptId({ jobId, attempt }),
          input: JSON.stringify({ jobId, attempt }),
        }),
      );
      return "started";
    } catch (error) {
      if (error instanceof ExecutionAlreadyExists) return "exists";
      throw error;
    }
  }

  async describe(id: AttemptId): Promise<{ status: ExecutionStatus; error?: ExecutionError }> {
    try {
      const execution = await this.#client.send(
        new DescribeExecutionCommand({ executionArn: this.#arnOf(id) }),
      );
      switch (execution.status) {
        case "RUNNING":
        case "PENDING_REDRIVE":
          return { status: "running" };
        case "SUCCEEDED":
          return { status: "succeeded" };
        case "FAILED":
        case "TIMED_OUT":
        case "ABORTED":
          return {
            status: "failed",
            error: { error: execution.error ?? execution.status, cause: execution.cause ?? "" },
          };
        case undefined:
          return { status: "unknown" };
      }
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return { status: "unknown" };
      throw error;
    }
  }

  async stop(id: AttemptId): Promise<void> {
    try {
      await this.#client.send(new StopExecutionCommand({ executionArn: this.#arnOf(id) }));
    } catch (error) {
      // Which error one that has ended gives is not documented, and emulators differ: look instead.
      if ((await this.describe(id)).status === "running") throw error;
    }
  }

  #arnOf(id: AttemptId): string {
    return `${this.#stateMachineArn.replace(":stateMachine:", ":execution:")}:${id}`;
  }
}
