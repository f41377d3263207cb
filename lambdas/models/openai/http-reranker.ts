/**
 * Any `/rerank` endpoint. Cohere's and Jina's form is asked for first; TEI calls the documents `texts`,
 * and Voyage does not know `top_n`.
 */
import type { ApiKey } from "../api-key.ts";
import { Dialect } from "../endpoint/dialect.ts";
import { EndpointRefusal } from "../endpoint/refusal.ts";
import { retryAfterMs } from "../endpoint/retry-after.ts";
import { scoresOf } from "../rerank/answer.ts";
import { type Reranker, RerankRefusedError, rerankTimeoutMs } from "../rerank/reranker.ts";
import { post } from "./openai-http.ts";

export interface RerankEndpoint {
  /** Such as `https://api.jina.ai/v1`; `/rerank` is added. */
  readonly baseUrl: string;
  readonly model?: string | undefined;
  /** @default none: no Authorization header is sent */
  readonly apiKey?: ApiKey | undefined;
  /** @default 5,000 */
  readonly timeoutMs?: number;
}

export class HttpReranker implements Reranker {
  readonly #endpoint: RerankEndpoint;
  readonly #dialect = new Dialect<"top_n" | "documents">(
    {
      top_n: (said) => /top_n/i.test(said),
      documents: (said) =>
        /\btexts\b/i.test(said) ||
        /unknown.{0,20}documents|documents.{0,40}(?:extra|unknown)/i.test(said),
    },
    ["documents"],
  );

  constructor(endpoint: RerankEndpoint) {
    this.#endpoint = endpoint;
  }

  async score(query: string, texts: readonly string[]): Promise<readonly number[]> {
    const { model, timeoutMs = rerankTimeoutMs } = this.#endpoint;
    const call = { signal: AbortSignal.timeout(timeoutMs), correlationId: "rerank" };
    const ask = () =>
      post(
        this.#endpoint,
        "/rerank",
        {
          model,
          query,
          [this.#dialect.speaks("documents") ? "documents" : "texts"]: texts,
          ...(this.#dialect.speaks("top_n") ? { top_n: texts.length } : {}),
        },
        call,
      );
    try {
      return scoresOf(await this.#dialect.speak(ask, [query, ...texts]), texts.length);
    } catch (error) {
      if (!(error instanceof EndpointRefusal)) throw error;
      const { status, headers, complaint } = error;
      throw new RerankRefusedError(status, retryAfterMs(headers, Date.now(), complaint), {
        cause: error,
      });
    }
  }
}
