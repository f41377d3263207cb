/**
 * Any `/rerank` endpoint. Cohere's and Jina's form is asked for first; TEI calls the documents `texts`,
 * and Voyage does not know `top_n`. TEI takes 32 texts a request as it is delivered, and refuses all of
 * them for one that is too long unless it is asked to cut it.
 */
import type { ApiKey } from "../api-key.ts";
import { saidMaximum } from "../embedding/refusal-kinds.ts";
import { Dialect } from "../endpoint/dialect.ts";
import { EndpointRefusal } from "../endpoint/refusal.ts";
import { retryAfterMs } from "../endpoint/retry-after.ts";
import type { CallOptions } from "../models.ts";
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
  /** Texts in a request, as far as is known. */
  #most = Infinity;
  readonly #dialect = new Dialect<"top_n" | "truncate" | "documents">(
    {
      top_n: (said) => /top_n/i.test(said),
      truncate: (said) => /truncate/i.test(said),
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
    const { timeoutMs = rerankTimeoutMs } = this.#endpoint;
    const call = { signal: AbortSignal.timeout(timeoutMs), correlationId: "rerank" };
    try {
      return await this.#inParts(query, texts, call);
    } catch (error) {
      if (!(error instanceof EndpointRefusal)) throw error;
      const { status, headers, complaint } = error;
      throw new RerankRefusedError(status, retryAfterMs(headers, Date.now(), complaint), {
        cause: error,
      });
    }
  }

  /** A text is judged by itself, so the scores of several requests can be compared. */
  async #inParts(query: string, texts: readonly string[], call: CallOptions): Promise<number[]> {
    const size = Math.min(this.#most, texts.length);
    const parts = Array.from({ length: Math.ceil(texts.length / size) }, (_, part) =>
      texts.slice(part * size, (part + 1) * size),
    );
    try {
      return (await Promise.all(parts.map((part) => this.#ask(query, part, call)))).flat();
    } catch (error) {
      const said = saidMaximum(error, size);
      if (said === undefined) throw error;
      this.#most = Math.min(this.#most, said);
      return this.#inParts(query, texts, call);
    }
  }

  async #ask(query: string, texts: readonly string[], call: CallOptions) {
    const { model } = this.#endpoint;
    const body = () => ({
      model,
      query,
      ...(this.#dialect.speaks("documents") ? { documents: texts } : { texts, ...this.#cut() }),
      ...(this.#dialect.speaks("top_n") ? { top_n: texts.length } : {}),
    });
    const ask = () => post(this.#endpoint, "/rerank", body(), call);
    return scoresOf(await this.#dialect.speak(ask, [query, ...texts]), texts.length);
  }

  #cut() {
    return this.#dialect.speaks("truncate") ? { truncate: true } : {};
  }
}
