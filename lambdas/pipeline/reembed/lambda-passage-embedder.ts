import type { LambdaClient } from "@aws-sdk/client-lambda";
import { callFunction, FunctionThrewError } from "../../platform/lambda-call.ts";
import {
  type PassageEmbedder,
  PassagesRefusedError,
  PassagesUnavailableError,
} from "./passage-embedder.ts";

/** Errors that a later try does not cure; `true` where they are about the texts alone. */
const refusals: Readonly<Record<string, boolean>> = {
  ProviderRejectedError: true,
  AnswerUnusableError: true,
  ProviderMisconfiguredError: false,
};

export class LambdaPassageEmbedder implements PassageEmbedder {
  readonly #client: LambdaClient;
  readonly #functionName: string;

  constructor(client: LambdaClient, functionName: string) {
    this.#client = client;
    this.#functionName = functionName;
  }

  async embed(request: Parameters<PassageEmbedder["embed"]>[0]): Promise<void> {
    const input = { kind: "passages", ...request };
    await callFunction(this.#client, this.#functionName, input).catch(failed);
  }
}

function failed(error: unknown): never {
  if (!(error instanceof FunctionThrewError)) throw error;
  const { errorType = "Unknown", errorMessage = "" } = error.thrown;
  const ofTheseTexts = refusals[errorType];
  throw ofTheseTexts === undefined
    ? new PassagesUnavailableError(`${errorType}: ${errorMessage}`)
    : new PassagesRefusedError(errorMessage, ofTheseTexts);
}
