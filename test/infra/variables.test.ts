/** The environment variables of functions, which Lambda bounds to 4 KB. */
import { describe, expect, test } from "vitest";
import { maxVariableBytes } from "../../infra/constructs/variables.ts";
import { parseSettings } from "../../lambdas/platform/settings.ts";
import { resourcesOf, type Synthesized, synthesize } from "../support/template.ts";

/** Of addresses that are known after the deployment. */
const longestAddress = "https://sqs.ap-southeast-2.amazonaws.com/111122223333/".padEnd(130, "x");

function bytesOf(synthesized: Synthesized): Map<string, number> {
  return new Map(
    resourcesOf(synthesized, "AWS::Lambda::Function").map(([id, { Properties }]) => {
      const { Variables } = Properties["Environment"] as { Variables: Record<string, unknown> };
      const texts = Object.entries(Variables).map(
        ([name, value]) => name + (typeof value === "string" ? value : longestAddress),
      );
      return [id, Buffer.byteLength(texts.join(""))];
    }),
  );
}

/** As long as the setting may be. */
function longestSources(): string {
  const source = (name: string, prefix = "") => ({ name, tenant: "acme", bucket: "files", prefix });
  const sources = Array.from({ length: 20 }, (_, i) => source(`source-${i}`));
  let left = 2_500 - JSON.stringify(sources).length;
  return JSON.stringify(
    sources.map(({ name }) => {
      const prefix = "p".repeat(Math.min(500, left));
      left -= prefix.length;
      return source(name, prefix);
    }),
  );
}

describe("the variables of each function fit", () => {
  test("with sources as long as they may be, beside models and callers that are set as usual", () => {
    const SLUICE_SOURCES = longestSources();
    expect(SLUICE_SOURCES).toHaveLength(2_500);
    const settings = {
      SLUICE_SOURCES,
      SLUICE_METADATA_PROVIDER: "openai",
      SLUICE_LLM_BASE_URL: "https://llm.internal.example.com/openai/v1",
      SLUICE_LLM_MODEL: "meta-llama/Llama-3.3-70B-Instruct",
      SLUICE_EMBEDDINGS_PROVIDER: "openai",
      SLUICE_EMBEDDINGS_BASE_URL: "https://llm.internal.example.com/openai/v1",
      SLUICE_EMBEDDINGS_MODEL: "BAAI/bge-multilingual-gemma2",
      SLUICE_AUTH: "jwt",
      SLUICE_JWT_ISSUER: "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI",
      SLUICE_JWT_AUDIENCE: "6k2v0example6k2v0example",
    };
    const sizes = bytesOf(synthesize("aws", settings));
    expect(sizes.size).toBeGreaterThan(20);
    for (const [id, bytes] of sizes) {
      expect({ id, bytes, fits: bytes <= maxVariableBytes }).toMatchObject({ fits: true });
    }
  });

  test("or the synthesis says which settings to shorten", () => {
    const long = JSON.stringify({ instructions: "x".repeat(900) });
    const names = [
      "LLM_EXTRA_BODY",
      "LLM_EXTRA_HEADERS",
      "EMBEDDINGS_EXTRA_BODY",
      "EMBEDDINGS_EXTRA_HEADERS",
    ];
    const settings = Object.fromEntries(names.map((name) => [`SLUICE_${name}`, long]));
    expect(() => synthesize("aws", settings)).toThrow(/settings are too long.*SLUICE_SOURCES/s);
  });
});

test("a function that follows sources gets no defaults, and reads them all the same", () => {
  const SLUICE_SOURCES = '[{"name":"docs","tenant":"acme","bucket":"files"}]';
  const made = resourcesOf(
    synthesize("aws", { SLUICE_SOURCES, SLUICE_MAX_ACTIVE: "5" }),
    "AWS::Lambda::Function",
  );
  const feed = made.find(([, { Properties }]) => Properties["Handler"] === "feed/index.handler");
  const { Variables } = (feed?.[1].Properties["Environment"] ?? { Variables: {} }) as {
    Variables: Record<string, string>;
  };
  expect(Object.keys(Variables)).not.toContain("SLUICE_MAX_QUEUED");
  expect(parseSettings(Variables)).toEqual(
    parseSettings({ SLUICE_SOURCES, SLUICE_MAX_ACTIVE: "5" }),
  );
});
