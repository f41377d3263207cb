/**
 * The rerankers of Amazon Bedrock: Cohere's and Amazon's, by InvokeModel.
 * docs.aws.amazon.com/bedrock/latest/userguide/rerank-supported.html
 */
import { type BedrockRuntimeClient, InvokeModelCommand } from "@aws-sdk/client-bedrock-runtime";
import { EndpointRefusal } from "../endpoint/refusal.ts";
import { retryAfterMs } from "../endpoint/retry-after.ts";
import { scoresOf } from "../rerank/answer.ts";
import { type Reranker, RerankRefusedError, rerankTimeoutMs } from "../rerank/reranker.ts";
import { asked, bedrockClient } from "./bedrock-client.ts";

export interface BedrockRerankerOptions {
  /** A model id or an ARN of one. */
  readonly model: string;
  /** @default the function's own region */
  readonly region?: string | undefined;
  /** @default 5,000 */
  readonly timeoutMs?: number;
  /** @default one for the region */
  readonly client?: BedrockRuntimeClient | undefined;
}

/** Cohere's models on Bedrock want the version of their API named. */
const cohereApiVersion = 2;

export class BedrockReranker implements Reranker {
  readonly #options: BedrockRerankerOptions;
  #client: BedrockRuntimeClient | undefined;

  constructor(options: BedrockRerankerOptions) {
    this.#options = options;
  }

  async score(query: string, texts: readonly string[]): Promise<readonly number[]> {
    const { model, timeoutMs = rerankTimeoutMs } = this.#options;
    this.#client ??= bedrockClient(this.#options);
    const client = this.#client;
    const command = new InvokeModelCommand({
      modelId: model,
      contentType: "application/json",
      accept: "application/json",
      body: JSON.stringify({
        query,
        documents: texts,
        top_n: texts.length,
        ...(model.includes("cohere.") ? { api_version: cohereApiVersion } : {}),
      }),
    });
    try {
      const { body } = await asked(() =>
        client.send(command, { abortSignal: AbortSignal.timeout(timeoutMs) }),
      );
      return scoresOf(JSON.parse(Buffer.from(body).toString("utf8")), texts.length);
    } catch (error) {
      if (!(error instanceof EndpointRefusal)) throw error;
      throw new RerankRefusedError(error.status, retryAfterMs(error.headers, Date.now()), {
        cause: error,
      });
    }
  }
}
