import type { ChunkMetadata } from "../contract/metadata.ts";
import type { ModelIdentity } from "../records/answers/answer-key.ts";

export interface ModelUsage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Requests made for it; several where an answer was cut off, or texts were asked about in parts. @default 1 */
  readonly calls?: number;
}

export interface Answer<T> {
  readonly value: T;
  readonly usage: ModelUsage;
}

export interface CallOptions {
  /** Aborts the call at its time-out. */
  readonly signal: AbortSignal;
  /** The time-out, for messages. @default messages do not name it */
  readonly timeoutMs?: number;
  /** Correlates the call with job and attempt; sent to HTTP providers as a header. */
  readonly correlationId: string;
  /** What the texts are embedded for: some models embed a search otherwise than what it looks for. @default "passage" */
  readonly purpose?: "passage" | "query";
}

/** What is asked about one chunk. */
export interface DescribeRequest {
  readonly text: string;
  readonly headings: readonly string[];
  /** The caller's own fields, as a small JSON Schema. */
  readonly schema?: Readonly<Record<string, unknown>>;
}

/**
 * Structured metadata by a language model. One call is one attempt: adapters
 * do not retry. Only the model gateway calls this.
 * @throws ProviderThrottledError | ProviderTimeoutError | ProviderUnavailableError | ProviderRejectedError
 */
export interface LanguageModel {
  readonly identity: ModelIdentity;
  describe(request: DescribeRequest, options: CallOptions): Promise<Answer<ChunkMetadata>>;
}

/**
 * Embeddings, of unit length, one per text and in their order. One call is one
 * attempt: adapters do not retry. Only the model gateway calls this.
 * @throws ProviderThrottledError | ProviderTimeoutError | ProviderUnavailableError | ProviderRejectedError
 */
export interface Embedder {
  readonly identity: ModelIdentity;
  embed(texts: readonly string[], options: CallOptions): Promise<Answer<readonly Float32Array[]>>;
}
