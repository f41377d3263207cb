/** Which models a deployment uses; what its answers, cached or stored, are addressed by. */

import type { Settings } from "../platform/settings.ts";
import type { ModelIdentity } from "../records/answers/answer-key.ts";

/** Raised whenever the same model would answer the same text otherwise. */
const recipes = {
  llm: { local: "nlp-1", openai: "prompt-1" },
  embeddings: { local: "mean-pool-1", openai: "unit-1" },
} as const;

const localModels = { llm: "wink-compromise", embeddings: "all-MiniLM-L6-v2" } as const;

export function llmIdentity(settings: Settings): ModelIdentity {
  const recipe = recipes.llm[settings.METADATA_PROVIDER];
  switch (settings.METADATA_PROVIDER) {
    case "local":
      return { provider: "local", model: localModels.llm, recipe };
    case "openai":
      return { provider: settings.LLM_BASE_URL, model: settings.LLM_MODEL, recipe };
  }
}

export function embeddingsIdentity(settings: Settings): ModelIdentity {
  const recipe = recipes.embeddings[settings.EMBEDDINGS_PROVIDER];
  switch (settings.EMBEDDINGS_PROVIDER) {
    case "local":
      return { provider: "local", model: localModels.embeddings, recipe };
    case "openai":
      return { provider: settings.EMBEDDINGS_BASE_URL, model: settings.EMBEDDINGS_MODEL, recipe };
  }
}
