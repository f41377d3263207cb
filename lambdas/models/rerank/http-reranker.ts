/** Any `/rerank` endpoint of Cohere's or Jina's form: `{results: [{index, relevance_score}]}`. */
import * as z from "zod";
import type { Reranker } from "./reranker.ts";

export interface RerankEndpoint {
  /** Such as `https://api.jina.ai/v1`; `/rerank` is added. */
  readonly baseUrl: string;
  readonly model?: string | undefined;
  /** @default none: no Authorization header is sent */
  readonly apiKey?: { current(): Promise<string> } | undefined;
  /** @default 5,000 */
  readonly timeoutMs?: number;
}

const answerSchema = z.object({
  results: z.array(z.object({ index: z.int().min(0), relevance_score: z.number() })),
});

export class HttpReranker implements Reranker {
  readonly #endpoint: RerankEndpoint;

  constructor(endpoint: RerankEndpoint) {
    this.#endpoint = endpoint;
  }

  async score(query: string, texts: readonly string[]): Promise<readonly number[]> {
    const { baseUrl, model, apiKey, timeoutMs = 5_000 } = this.#endpoint;
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
      throw new Error(`The reranker answered ${response.status}.`);
    }
    const { results } = answerSchema.parse(await response.json());
    const scores = new Map(results.map((result) => [result.index, result.relevance_score]));
    return texts.map((_, index) => scores.get(index) ?? missing(index));
  }
}

function missing(index: number): never {
  throw new Error(`The reranker left out text ${index}.`);
}
