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
});
