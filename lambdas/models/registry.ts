/**
 * The models that the settings name, one case for each provider. They are
 * imported where they are made: a function bundles those of the role it asks
 * for, and loads those it uses.
 */
import { join } from "node:path";
import { deployment } from "../platform/deployment.ts";
import { environment } from "../platform/environment.ts";
import { jsonHeaders, jsonObject } from "../platform/json-setting.ts";
import { systemClock as clock } from "../platform/system-clock.ts";
import type { Embedder, LanguageModel } from "./models.ts";
import { providerKey } from "./provider-key.ts";
import { embeddingsIdentity, llmIdentity } from "./providers.ts";

const { settings } = deployment;

export async function languageModel(): Promise<LanguageModel> {
  const identity = llmIdentity(settings);
  switch (settings.METADATA_PROVIDER) {
    case "local": {
      const { localLanguageModel } = await import("./local/local-language-model.ts");
      return localLanguageModel({ identity });
    }
    case "openai": {
      const { openAILanguageModel } = await import("./openai/openai-language-model.ts");
      return openAILanguageModel({
        identity,
        clock,
        apiKey: providerKey("LLM_API_KEY"),
        extraBody: jsonObject(settings.LLM_EXTRA_BODY),
        extraHeaders: jsonHeaders(settings.LLM_EXTRA_HEADERS),
        maxOutputTokens: settings.LLM_MAX_OUTPUT_TOKENS,
      });
    }
    case "bedrock": {
      const { bedrockLanguageModel } = await import("./bedrock/bedrock-language-model.ts");
      return bedrockLanguageModel({
        identity,
        clock,
        region: settings.BEDROCK_REGION,
        extraBody: jsonObject(settings.LLM_EXTRA_BODY),
        maxOutputTokens: settings.LLM_MAX_OUTPUT_TOKENS,
      });
    }
  }
}

export async function embedder(): Promise<Embedder> {
  const identity = embeddingsIdentity(settings);
  const inputTypes = {
    passage: settings.EMBEDDINGS_PASSAGE_INPUT_TYPE,
    query: settings.EMBEDDINGS_QUERY_INPUT_TYPE,
  };
  const texts = {
    dimensions: settings.EMBEDDINGS_DIMENSIONS,
    prefixes: {
      passage: settings.EMBEDDINGS_PASSAGE_PREFIX,
      query: settings.EMBEDDINGS_QUERY_PREFIX,
    },
  };
  switch (settings.EMBEDDINGS_PROVIDER) {
    case "local": {
      const { localEmbedder } = await import("./local/local-embedder.ts");
      // The bundle holds the weights where the repository does.
      const root = environment["LAMBDA_TASK_ROOT"] ?? ".";
      return localEmbedder({ identity, modelDirectory: join(root, "models/all-MiniLM-L6-v2") });
    }
    case "openai": {
      const { openAIEmbedder } = await import("./openai/openai-embedder.ts");
      return openAIEmbedder({
        identity,
        clock,
        apiKey: providerKey("EMBEDDINGS_API_KEY"),
        extraBody: jsonObject(settings.EMBEDDINGS_EXTRA_BODY),
        extraHeaders: jsonHeaders(settings.EMBEDDINGS_EXTRA_HEADERS),
        inputType: { field: settings.EMBEDDINGS_INPUT_TYPE_FIELD, values: inputTypes },
        ...texts,
      });
    }
    case "bedrock": {
      const { bedrockEmbedder } = await import("./bedrock/bedrock-embedder.ts");
      return bedrockEmbedder({
        identity,
        clock,
        region: settings.BEDROCK_REGION,
        extraBody: jsonObject(settings.EMBEDDINGS_EXTRA_BODY),
        inputTypes,
        ...texts,
      });
    }
  }
}
