/** The provider usage of a job. */
export interface Usage {
  readonly llmCalls: number;
  readonly embeddingCalls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly embeddingTokens: number;
  readonly metadataCacheHits: number;
  readonly embeddingCacheHits: number;
  /** Chunks answered by a call. */
  readonly metadataCacheMisses: number;
  readonly embeddingCacheMisses: number;
  /** Calls retried after a 429, a timeout or a 5xx. */
  readonly throttledRetries: number;
  readonly timeoutRetries: number;
  readonly unavailableRetries: number;
}

export const noUsage: Usage = {
  llmCalls: 0,
  embeddingCalls: 0,
  promptTokens: 0,
  completionTokens: 0,
  embeddingTokens: 0,
  metadataCacheHits: 0,
  embeddingCacheHits: 0,
  metadataCacheMisses: 0,
  embeddingCacheMisses: 0,
  throttledRetries: 0,
  timeoutRetries: 0,
  unavailableRetries: 0,
};

const fields = Object.keys(noUsage) as (keyof Usage)[];

export function addUsage(a: Usage, b: Partial<Usage>): Usage {
  const sums = fields.map((field) => [field, a[field] + (b[field] ?? 0)] as const);
  return Object.fromEntries(sums) as unknown as Usage;
}
