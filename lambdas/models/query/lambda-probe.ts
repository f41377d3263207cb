import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import * as z from "zod";
import { type ProbeAnswer, probeAnswerSchema } from "../probe.ts";
import { type ModelProbe, ProbeFailedError } from "./model-probe.ts";

/** Leaves the response the time to arrive within API Gateway's 29 s. */
const timeoutMs = 25_000;

const thrownSchema = z.object({
  errorType: z.string().default("Unknown"),
  errorMessage: z.string().default("The function failed."),
});

/** Asks the function that calls the model. */
export class LambdaProbe implements ModelProbe {
  readonly #client: LambdaClient;
  readonly #functionName: string;

  constructor(client: LambdaClient, functionName: string) {
    this.#client = client;
    this.#functionName = functionName;
  }

  async call(): Promise<ProbeAnswer> {
    const command = new InvokeCommand({
      FunctionName: this.#functionName,
      Payload: JSON.stringify({ kind: "probe" }),
    });
    const abortSignal = AbortSignal.timeout(timeoutMs);
    const { FunctionError, Payload } = await this.#client
      .send(command, { abortSignal })
      .catch((error: unknown) => {
        if (!abortSignal.aborted) throw error;
        const seconds = timeoutMs / 1_000;
        throw new ProbeFailedError("ProviderTimeoutError", `There was no answer in ${seconds} s.`);
      });
    const told: unknown = JSON.parse(Buffer.from(Payload ?? []).toString("utf8") || "{}");
    if (FunctionError === undefined) return probeAnswerSchema.parse(told);
    const { errorType, errorMessage } = thrownSchema.parse(told);
    throw new ProbeFailedError(errorType, errorMessage);
  }
}
