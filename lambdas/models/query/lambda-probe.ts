import type { LambdaClient } from "@aws-sdk/client-lambda";
import {
  callFunction,
  FunctionThrewError,
  FunctionTimeoutError,
} from "../../platform/lambda-call.ts";
import { type ProbeAnswer, probeAnswerSchema } from "../probe.ts";
import { type ModelProbe, ProbeFailedError } from "./model-probe.ts";

/** Leaves the response the time to arrive within API Gateway's 29 s. */
const timeoutMs = 25_000;

/** Asks the function that calls the model. */
export class LambdaProbe implements ModelProbe {
  readonly #client: LambdaClient;
  readonly #functionName: string;

  constructor(client: LambdaClient, functionName: string) {
    this.#client = client;
    this.#functionName = functionName;
  }

  async call(): Promise<ProbeAnswer> {
    const input = { kind: "probe" };
    const told = await callFunction(this.#client, this.#functionName, input, timeoutMs).catch(
      failed,
    );
    return probeAnswerSchema.parse(told);
  }
}

function failed(error: unknown): never {
  if (error instanceof FunctionTimeoutError) {
    const seconds = timeoutMs / 1_000;
    throw new ProbeFailedError("ProviderTimeoutError", `There was no answer in ${seconds} s.`);
  }
  if (!(error instanceof FunctionThrewError)) throw error;
  const { errorType = "Unknown", errorMessage = "The function failed." } = error.thrown;
  throw new ProbeFailedError(errorType, errorMessage);
}
