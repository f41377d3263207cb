import { describe, expect, test } from "vitest";
import { costOf, pricesOf } from "../../../lambdas/accounting/prices.ts";
import { parseSettings } from "../../../lambdas/platform/settings.ts";

const prices = (environment: Record<string, string>) => pricesOf(parseSettings(environment));
const tokens = { promptTokens: 1_000_000, completionTokens: 500_000, embeddingTokens: 2_000_000 };

describe("prices", () => {
  test("local models cost nothing", () => {
    expect(costOf(tokens, prices({}))).toBe(0);
  });

  test("a listed model has its list price", () => {
    const openai = prices({
      SLUICE_METADATA_PROVIDER: "openai",
      SLUICE_EMBEDDINGS_PROVIDER: "openai",
    });
    expect(costOf(tokens, openai)).toBeCloseTo(0.15 + 0.3 + 0.04, 9);
  });

  test("the price in the settings goes before the list", () => {
    const own = prices({
      SLUICE_METADATA_PROVIDER: "openai",
      SLUICE_LLM_PRICE_PER_MTOK_IN: "3",
      SLUICE_LLM_PRICE_PER_MTOK_OUT: "0",
    });
    expect(costOf(tokens, own)).toBe(3);
  });

  test("a model that is not listed, or a listed one elsewhere, has no price unless it is set", () => {
    const unknown = { SLUICE_METADATA_PROVIDER: "openai", SLUICE_LLM_MODEL: "my-model" };
    expect(costOf(tokens, prices(unknown))).toBeUndefined();
    const elsewhere = { SLUICE_METADATA_PROVIDER: "openai", SLUICE_LLM_BASE_URL: "http://gpu/v1" };
    expect(costOf(tokens, prices(elsewhere))).toBeUndefined();
    expect(costOf({ llmCalls: 3 }, prices(elsewhere))).toBe(0);
  });

  test("a price that is no number stops the deployment by its name", () => {
    expect(() => parseSettings({ SLUICE_LLM_PRICE_PER_MTOK_IN: "cheap" })).toThrow(
      /SLUICE_LLM_PRICE_PER_MTOK_IN/,
    );
  });

  test.each([
    ["amazon.nova-lite-v1:0", 0.06 + 0.12],
    ["eu.amazon.nova-lite-v1:0", 0.06 + 0.12],
    ["us.anthropic.claude-3-5-haiku-20241022-v1:0", 0.8 + 2],
    ["anthropic.claude-haiku-4-5-20251001-v1:0", 1 + 2.5],
  ])("a model of Bedrock has its list price by its id or its profile: %s", (model, usd) => {
    const bedrock = { SLUICE_METADATA_PROVIDER: "bedrock", SLUICE_LLM_MODEL: model };
    const { embeddingTokens: _, ...chat } = tokens;
    expect(costOf(chat, prices(bedrock))).toBeCloseTo(usd, 9);
  });

  test("Titan and Cohere on Bedrock have their list prices", () => {
    const of = (model: string) =>
      prices({ SLUICE_EMBEDDINGS_PROVIDER: "bedrock", SLUICE_EMBEDDINGS_MODEL: model })
        .embeddingUsdPerMTok;
    expect(of("amazon.titan-embed-text-v2:0")).toBe(0.02);
    expect(of("cohere.embed-multilingual-v3")).toBe(0.1);
    expect(of("someone.else-v1:0")).toBeUndefined();
  });
});
