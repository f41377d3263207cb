import type { Ledger } from "../../accounting/ledger.ts";
import type { UsageReport } from "../../contract/calls/usage.ts";
import { type Clock, isoTime } from "../../platform/clock.ts";

/**
 * A tenant's usage in one month. Searches are not included, and neither are calls that end after
 * their attempt.
 */
export async function usageReport(
  tenant: string,
  month: string | undefined,
  ports: { readonly ledger: Ledger; readonly clock: Clock },
): Promise<UsageReport> {
  const asked = month ?? isoTime(ports.clock).slice(0, 7);
  const used = await ports.ledger.read(tenant, asked);
  const of = (kind: string) => used[kind] ?? 0;
  return {
    month: asked,
    jobs: { completed: of("completed"), failed: of("failed"), cancelled: of("cancelled") },
    llm_calls: of("llmCalls"),
    embedding_calls: of("embeddingCalls"),
    prompt_tokens: of("promptTokens"),
    completion_tokens: of("completionTokens"),
    embedding_tokens: of("embeddingTokens"),
    estimated_cost_usd: of("estimatedCostUsd"),
  };
}
