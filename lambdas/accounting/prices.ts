/**
 * Prices of tokens. The cost is an estimate: only the provider knows discounts, cached prompts and
 * minimum charges.
 */
import type { Settings } from "../platform/settings.ts";
import type { Usage } from "./usage.ts";

/** US dollars per million tokens; an unknown price is missing. */
export interface Prices {
  readonly promptUsdPerMTok?: number;
  readonly completionUsdPerMTok?: number;
  readonly embeddingUsdPerMTok?: number;
}

/** A setting of the steps that calculate cost. */
export interface Priced {
  readonly prices: Prices;
}

export const unpriced: Priced = { prices: {} };

/** List prices of OpenAI, looked up in November 2026. Set the price for other models. */
const llmPrices: Readonly<Record<string, readonly [prompt: number, completion: number]>> = {
  "gpt-4o-mini": [0.15, 0.6],
  "gpt-4o": [2.5, 10],
  "gpt-4.1": [2, 8],
  "gpt-4.1-mini": [0.4, 1.6],
  "gpt-4.1-nano": [0.1, 0.4],
};
const embeddingPrices: Readonly<Record<string, number>> = {
  "text-embedding-3-small": 0.02,
  "text-embedding-3-large": 0.13,
};
/** The host for which the list prices are valid; the same model may have another price elsewhere. */
const listed = "https://api.openai.com/v1";

/** Prices from the settings take precedence; `local` models cost nothing. */
export function pricesOf(settings: Settings): Prices {
  const llm =
    settings.METADATA_PROVIDER === "local"
      ? ([0, 0] as const)
      : settings.LLM_BASE_URL === listed
        ? llmPrices[settings.LLM_MODEL]
        : undefined;
  const embedding =
    settings.EMBEDDINGS_PROVIDER === "local"
      ? 0
      : settings.EMBEDDINGS_BASE_URL === listed
        ? embeddingPrices[settings.EMBEDDINGS_MODEL]
        : undefined;
  const prices = {
    promptUsdPerMTok: settings.LLM_PRICE_PER_MTOK_IN ?? llm?.[0],
    completionUsdPerMTok: settings.LLM_PRICE_PER_MTOK_OUT ?? llm?.[1],
    embeddingUsdPerMTok: settings.EMBEDDINGS_PRICE_PER_MTOK ?? embedding,
  };
  return Object.fromEntries(
    Object.entries(prices).filter(([, price]) => price !== undefined),
  ) as Prices;
}

/** US dollars; `undefined` if tokens were used whose price is unknown. */
export function costOf(usage: Partial<Usage>, prices: Prices): number | undefined {
  const parts = [
    [usage.promptTokens, prices.promptUsdPerMTok],
    [usage.completionTokens, prices.completionUsdPerMTok],
    [usage.embeddingTokens, prices.embeddingUsdPerMTok],
  ] as const;
  let micros = 0;
  for (const [tokens = 0, price] of parts) {
    if (tokens === 0) continue;
    if (price === undefined) return undefined;
    micros += tokens * price;
  }
  // A price per million tokens equals millionths of a dollar per token; rounded, because the sum is
  // only an estimate.
  return Number((micros / 1_000_000).toFixed(9));
}
