/** Any `/rerank` endpoint of Cohere's or Jina's form: `{results: [{index, relevance_score}]}`. */
import { retryAfterMs } from "../endpoint/retry-after.ts";
import { scoresOf } from "./answer.ts";
import { type Reranker, RerankRefusedError, rerankTimeoutMs } from "./reranker.ts";

export interface RerankEndpoint {
  /** Such as `https://api.jina.ai/v1`; `/rerank` is added. */
  readonly baseUrl: string;
  readonly model?: string | undefined;
  /** @default none: no Authorization header is sent */
  readonly apiKey?: { current(): Promise<string> } | undefined;
  /** @default 5,000 */
  readonly timeoutMs?: number;
}

export class HttpReranker implements Reranker {
  readonly #endpoint: RerankEndpoint;

  constructor(endpoint: RerankEndpoint) {
    this.#endpoint = endpoint;
  }

  async score(query: string, texts: readonly string[]): Promise<readonly number[]> {
    const { baseUrl, model, apiKey, timeoutMs = rerankTimeoutMs } = this.#endpoint;
    const response = await fetch(`${baseUrl.replace(/\/$/, "")}/rerank`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(apiKey === undefined ? {} : { authorization: `Bearer ${await apiKey.current()}` }),
      },
      body: JSON.stringify({ model, query, documents: texts, top_n: texts.length }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new RerankRefusedError(response.status, retryAfterMs(response.headers, Date.now()));
    }
    return scoresOf(await response.json(), texts.length);
  }
}
