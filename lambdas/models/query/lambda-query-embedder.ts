import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import * as z from "zod";
import { invalidRequest, RequestRefusedError } from "../../contract/refusals.ts";
import type { QueryEmbedder } from "./query-embedder.ts";

/** Leaves search the time to answer, and to be answered, within API Gateway's 29 s. */
const timeoutMs = 20_000;
/** Less than a breaker's cool-down, more than a moment's lack of permits. */
const retryAfterSeconds = 5;

const answerSchema = z.object({ vector: z.array(z.number()).min(1) });
/** What Lambda hands over when a function throws. */
const thrownSchema = z.object({ errorType: z.string().optional() });

/** Asks the embed function. */
export class LambdaQueryEmbedder implements QueryEmbedder {
  readonly #client: LambdaClient;
  readonly #functionName: string;

  constructor(client: LambdaClient, functionName: string) {
    this.#client = client;
    this.#functionName = functionName;
  }

  async embed(text: string): Promise<Float32Array> {
    const { FunctionError, Payload } = await this.#invoke(text);
    const payload: unknown = JSON.parse(Buffer.from(Payload ?? []).toString("utf8") || "null");
    if (FunctionError === undefined) return Float32Array.from(answerSchema.parse(payload).vector);
    const thrown = thrownSchema.safeParse(payload).data?.errorType;
    if (thrown === "ProviderRejectedError") {
      const message = "was refused by the embedding model. Use other words";
      throw invalidRequest([{ path: "query", message }]);
    }
    throw unavailable(thrown ?? FunctionError);
  }

  async #invoke(text: string) {
    const command = new InvokeCommand({
      FunctionName: this.#functionName,
      Payload: JSON.stringify({ kind: "query", text }),
    });
    const abortSignal = AbortSignal.timeout(timeoutMs);
    try {
      return await this.#client.send(command, { abortSignal });
    } catch (error) {
      if (abortSignal.aborted) throw unavailable("no answer in time");
      throw error;
    }
  }
}

function unavailable(reason: string): RequestRefusedError {
  return new RequestRefusedError(
    "unavailable",
    'The query could not be embedded right now. Try again in a moment, or search by words with "mode": "text".',
    { reason },
    retryAfterSeconds,
  );
}
