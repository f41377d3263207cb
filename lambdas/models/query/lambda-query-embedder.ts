import type { LambdaClient } from "@aws-sdk/client-lambda";
import * as z from "zod";
import { invalidRequest, RequestRefusedError } from "../../contract/refusals.ts";
import {
  callFunction,
  FunctionThrewError,
  FunctionTimeoutError,
} from "../../platform/lambda-call.ts";
import type { QueryEmbedder } from "./query-embedder.ts";

/** Leaves search the time to answer, and to be answered, within API Gateway's 29 s. */
const timeoutMs = 20_000;
/** Less than a breaker's cool-down, more than a moment's lack of permits. */
const retryAfterSeconds = 5;

const answerSchema = z.object({ vector: z.array(z.number()).min(1) });

/** Asks the embed function. */
export class LambdaQueryEmbedder implements QueryEmbedder {
  readonly #client: LambdaClient;
  readonly #functionName: string;

  constructor(client: LambdaClient, functionName: string) {
    this.#client = client;
    this.#functionName = functionName;
  }

  async embed(text: string): Promise<Float32Array> {
    const askedMs = performance.now();
    const ask = (withinMs: number) =>
      callFunction(this.#client, this.#functionName, { kind: "query", text }, withinMs);
    const told = await ask(timeoutMs)
      .catch((error: unknown) => {
        // Its process is gone, and with it what it asked for: another one may well answer.
        if (error instanceof FunctionThrewError && error.isDead)
          return ask(Math.ceil(timeoutMs - (performance.now() - askedMs)));
        throw error;
      })
      .catch(failed);
    return Float32Array.from(answerSchema.parse(told).vector);
  }
}

function failed(error: unknown): never {
  if (error instanceof FunctionTimeoutError) throw unavailable("no answer in time");
  if (!(error instanceof FunctionThrewError)) throw error;
  const { errorType } = error.thrown;
  if (errorType === "ProviderRejectedError") {
    const message = "was refused by the embedding model. Use other words";
    throw invalidRequest([{ path: "query", message }]);
  }
  throw unavailable(errorType ?? "Unhandled");
}

function unavailable(reason: string): RequestRefusedError {
  return new RequestRefusedError(
    "unavailable",
    'The query could not be embedded right now. Try again in a moment, or search by words with "mode": "text".',
    { reason },
    retryAfterSeconds,
  );
}
