/** What a job has asked of its providers. */
export interface Usage {
  readonly llmCalls: number;
  readonly embeddingCalls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly embeddingTokens: number;
  readonly metadataCacheHits: number;
  readonly embeddingCacheHits: number;
}

export const noUsage: Usage = {
  llmCalls: 0,
  embeddingCalls: 0,
  promptTokens: 0,
  completionTokens: 0,
  embeddingTokens: 0,
  metadataCacheHits: 0,
  embeddingCacheHits: 0,
};

export function addUsage(a: Usage, b: Partial<Usage>): Usage {
  return {
    llmCalls: a.llmCalls + (b.llmCalls ?? 0),
    embeddingCalls: a.embeddingCalls + (b.embeddingCalls ?? 0),
    promptTokens: a.promptTokens + (b.promptTokens ?? 0),
    completionTokens: a.completionTokens + (b.completionTokens ?? 0),
    embeddingTokens: a.embeddingTokens + (b.embeddingTokens ?? 0),
    metadataCacheHits: a.metadataCacheHits + (b.metadataCacheHits ?? 0),
    embeddingCacheHits: a.embeddingCacheHits + (b.embeddingCacheHits ?? 0),
  };
}
