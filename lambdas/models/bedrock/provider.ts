import { embeddingsVariant, llmVariant, type Provider } from "../provider.ts";
import { bedrockRights } from "./model-rights.ts";

/** Amazon Bedrock: called with the function's own role, without a key. */
export const bedrock: Provider = {
  identity: {
    llm: (settings) => ({
      provider: "bedrock",
      model: settings.LLM_MODEL,
      recipe: "prompt-1",
      ...llmVariant(settings),
    }),
    embeddings: (settings) => ({
      provider: "bedrock",
      model: settings.EMBEDDINGS_MODEL,
      recipe: "unit-1",
      ...embeddingsVariant(settings),
    }),
  },
  rights: (role, { LLM_MODEL, EMBEDDINGS_MODEL, BEDROCK_REGION }) =>
    bedrockRights(role === "llm" ? LLM_MODEL : EMBEDDINGS_MODEL, BEDROCK_REGION),
};
