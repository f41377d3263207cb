import { type Sample, sample } from "../contract/calls/metrics.ts";
import { costOf, type Prices } from "./prices.ts";
import type { Usage } from "./usage.ts";

/** Samples of provider calls, tokens, retries, cache and cost. */
export function usageSamples(usage: Partial<Usage>, prices: Prices): Sample[] {
  const of = (field: keyof Usage) => Math.max(0, usage[field] ?? 0);
  const samples = [
    sample("ProviderCalls", of("llmCalls"), { dependency: "llm" }),
    sample("ProviderCalls", of("embeddingCalls"), { dependency: "embeddings" }),
    sample("Tokens", of("promptTokens"), { kind: "prompt" }),
    sample("Tokens", of("completionTokens"), { kind: "completion" }),
    sample("Tokens", of("embeddingTokens"), { kind: "embedding" }),
    sample("ProviderRetries", of("throttledRetries"), { reason: "throttled" }),
    sample("ProviderRetries", of("timeoutRetries"), { reason: "timeout" }),
    sample("ProviderRetries", of("unavailableRetries"), { reason: "unavailable" }),
    // Sums of booked usage. A killed invocation books nothing, so a difference could be negative.
    sample("CacheHits", of("metadataCacheHits"), { dependency: "llm" }),
    sample("CacheHits", of("embeddingCacheHits"), { dependency: "embeddings" }),
    sample("CacheMisses", of("metadataCacheMisses"), { dependency: "llm" }),
    sample("CacheMisses", of("embeddingCacheMisses"), { dependency: "embeddings" }),
    sample("EstimatedCost", costOf(usage, prices) ?? 0),
  ];
  return samples.filter(({ value }) => value !== 0);
}
