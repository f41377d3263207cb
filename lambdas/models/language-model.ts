/** The language model that the settings name. */

import { deployment } from "../platform/deployment.ts";
import { systemClock } from "../platform/system-clock.ts";
import { llmIdentity } from "./identities.ts";
import { localLanguageModel } from "./local/local-language-model.ts";
import type { LanguageModel } from "./models.ts";
import { openAILanguageModel } from "./openai/openai-language-model.ts";
import { providerKey } from "./provider-key.ts";

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
