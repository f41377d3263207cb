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

type LlmPrice = readonly [prompt: number, completion: number];

interface ListPrices {
  readonly llm: Readonly<Record<string, LlmPrice>>;
  readonly embeddings: Readonly<Record<string, number>>;
}

/** List prices of OpenAI, looked up in November 2026. Set the price for other models. */
const openai: ListPrices = {
  llm: {
    "gpt-4o-mini": [0.15, 0.6],
    "gpt-4o": [2.5, 10],
    "gpt-4.1": [2, 8],
    "gpt-4.1-mini": [0.4, 1.6],
    "gpt-4.1-nano": [0.1, 0.4],
  },
  embeddings: { "text-embedding-3-small": 0.02, "text-embedding-3-large": 0.13 },
};
/** The endpoint for which these are valid; the same model may have another price elsewhere. */
const openaiUrl = "https://api.openai.com/v1";

/** On-demand list prices of Bedrock in us-east-1, of 2025; other regions differ by some per cent. */
const bedrock: ListPrices = {
  llm: {
    "amazon.nova-micro": [0.035, 0.14],
    "amazon.nova-lite": [0.06, 0.24],
    "amazon.nova-pro": [0.8, 3.2],
    "anthropic.claude-3-haiku": [0.25, 1.25],
    "anthropic.claude-3-5-haiku": [0.8, 4],
    "anthropic.claude-haiku-4-5": [1, 5],
  },
  embeddings: {
    "amazon.titan-embed-text-v1": 0.1,
    "amazon.titan-embed-text-v2": 0.02,
    "cohere.embed-english-v3": 0.1,
    "cohere.embed-multilingual-v3": 0.1,
  },
};

/** A model of Bedrock without its profile's regions, its date and its version. */
function family(model: string): string {
  const id = model.split("/").at(-1) ?? "";
  return id
    .replace(/^[a-z-]+\.(?=[a-z0-9]+\.)/, "")
    .replace(/:\d+(?::.*)?$/, "")
    .replace(/-\d{8}/, "")
    .replace(/(?<!embed-text|english|multilingual)-v\d+$/, "");
}

function llmPrice(s: Settings): LlmPrice | undefined {
  switch (s.METADATA_PROVIDER) {
    case "local":
      return [0, 0];
    case "openai":
      return s.LLM_BASE_URL === openaiUrl ? openai.llm[s.LLM_MODEL] : undefined;
    case "bedrock":
      return bedrock.llm[family(s.LLM_MODEL)];
  }
}

function embeddingPrice(s: Settings): number | undefined {
  switch (s.EMBEDDINGS_PROVIDER) {
    case "local":
      return 0;
    case "openai":
      return s.EMBEDDINGS_BASE_URL === openaiUrl
        ? openai.embeddings[s.EMBEDDINGS_MODEL]
        : undefined;
    case "bedrock":
      return bedrock.embeddings[family(s.EMBEDDINGS_MODEL)];
  }
}

/** Prices from the settings take precedence; `local` models cost nothing. */
export function pricesOf(settings: Settings): Prices {
  const llm = llmPrice(settings);
  const prices = {
    promptUsdPerMTok: settings.LLM_PRICE_PER_MTOK_IN ?? llm?.[0],
    completionUsdPerMTok: settings.LLM_PRICE_PER_MTOK_OUT ?? llm?.[1],
    embeddingUsdPerMTok: settings.EMBEDDINGS_PRICE_PER_MTOK ?? embeddingPrice(settings),
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
