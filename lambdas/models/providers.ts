/**
 * The model providers, and which models a deployment uses. What its answers,
 * cached or stored, are addressed by is decided here; `registry.ts` makes the
 * models themselves, so that functions that call none do not bundle them.
 */
import type { ProviderName, Settings } from "../platform/settings.ts";
import type { ModelIdentity } from "../records/answers/answer-key.ts";
import { bedrockRights } from "./bedrock/model-rights.ts";
import { bedrock } from "./bedrock/provider.ts";
import { local } from "./local/provider.ts";
import { openai } from "./openai/provider.ts";
import type { ModelRight, ModelRole, Provider } from "./provider.ts";

const providers: Readonly<Record<ProviderName, Provider>> = { local, openai, bedrock };

function providerOf(role: ModelRole, settings: Settings): Provider {
  const setting = { llm: "METADATA_PROVIDER", embeddings: "EMBEDDINGS_PROVIDER" } as const;
  return providers[settings[setting[role]]];
}

export function llmIdentity(settings: Settings): ModelIdentity {
  return providerOf("llm", settings).identity.llm(settings);
}

export function embeddingsIdentity(settings: Settings): ModelIdentity {
  return providerOf("embeddings", settings).identity.embeddings(settings);
}

/** What the function that calls the model must be allowed in AWS. */
export function modelRights(role: ModelRole, settings: Settings): readonly ModelRight[] {
  return providerOf(role, settings).rights?.(role, settings) ?? [];
}

/** The same for the function that reranks. */
export function rerankRights(settings: Settings): readonly ModelRight[] {
  const { RERANK_PROVIDER, RERANK_MODEL, BEDROCK_REGION } = settings;
  if (RERANK_PROVIDER !== "bedrock" || RERANK_MODEL === undefined) return [];
  return bedrockRights(RERANK_MODEL, BEDROCK_REGION);
}
