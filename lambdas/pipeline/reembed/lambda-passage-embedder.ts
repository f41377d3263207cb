import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import * as z from "zod";
import {
  type PassageEmbedder,
  PassagesRefusedError,
  PassagesUnavailableError,
} from "./passage-embedder.ts";

/** What Lambda hands over when a function throws. */
const thrownSchema = z.object({
  errorType: z.string().default("Unknown"),
  errorMessage: z.string().default(""),
});

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
    const { FunctionError, Payload } = await this.#client.send(
      new InvokeCommand({
        FunctionName: this.#functionName,
        Payload: JSON.stringify({ kind: "passages", ...request }),
      }),
    );
    if (FunctionError === undefined) return;
    const told: unknown = JSON.parse(Buffer.from(Payload ?? []).toString("utf8") || "{}");
    const { errorType, errorMessage } = thrownSchema.parse(told);
    const ofTheseTexts = refusals[errorType];
    throw ofTheseTexts === undefined
      ? new PassagesUnavailableError(`${errorType}: ${errorMessage}`)
      : new PassagesRefusedError(errorMessage, ofTheseTexts);
  }
}
