import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
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
    const { FunctionError, Payload } = await this.#client.send(
      new InvokeCommand({
        FunctionName: this.#functionName,
        Payload: JSON.stringify({ jobId, attempt, ending }),
      }),
    );
    if (FunctionError === undefined) return;
    const told = Buffer.from(Payload ?? []).toString("utf8");
    throw new Error(`Finishing ${attemptId({ jobId, attempt })} failed: ${told}`);
  }
}
