/** The language model that the settings name. */
import { localLanguageModel } from "../adapters/models/local-language-model.ts";
import { openAILanguageModel } from "../adapters/models/openai-language-model.ts";
import { llmIdentity } from "../domain/identities.ts";
import type { LanguageModel } from "../ports/models.ts";
import { systemClock } from "./clock.ts";
import { deployment } from "./deployment.ts";
import { providerKey } from "./secret.ts";

export async function languageModel(): Promise<LanguageModel> {
  const identity = llmIdentity(deployment.settings);
  switch (deployment.settings.METADATA_PROVIDER) {
    case "local":
      return localLanguageModel({ identity });
    case "openai":
      return openAILanguageModel({
        identity,
        clock: systemClock,
        apiKey: providerKey("LLM_API_KEY"),
      });
  }
}
