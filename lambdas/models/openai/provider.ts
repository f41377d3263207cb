import { embeddingsVariant, llmVariant, type Provider } from "../provider.ts";

/** Any endpoint that speaks OpenAI's API. */
export const openai: Provider = {
  identity: {
    llm: (settings) => ({
      provider: settings.LLM_BASE_URL,
      model: settings.LLM_MODEL,
      recipe: "prompt-1",
      ...llmVariant(settings),
    }),
    embeddings: (settings) => ({
      provider: settings.EMBEDDINGS_BASE_URL,
      model: settings.EMBEDDINGS_MODEL,
      recipe: "unit-1",
      ...embeddingsVariant(settings),
    }),
  },
};
