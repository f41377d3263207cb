import type { LambdaClient } from "@aws-sdk/client-lambda";
import { callFunction, FunctionThrewError } from "../../platform/lambda-call.ts";
import { type Attempt, attemptId } from "../../records/jobs/attempt.ts";
import type { Ending, Finisher } from "../orchestration.ts";

/** Calls the finish function and waits for it. */
export class LambdaFinisher implements Finisher {
  readonly #client: LambdaClient;
  readonly #functionName: string;

  constructor(client: LambdaClient, functionName: string) {
    this.#client = client;
    this.#functionName = functionName;
  }

  async finish({ jobId, attempt }: Attempt, ending: Ending): Promise<void> {
    try {
      await callFunction(this.#client, this.#functionName, { jobId, attempt, ending });
    } catch (error) {
      if (!(error instanceof FunctionThrewError)) throw error;
      const what = `Finishing ${attemptId({ jobId, attempt })}`;
      throw new Error(`${what} failed: ${error.message}`, { cause: error });
    }
  }
}
