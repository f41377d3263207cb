/** The embedding model that the settings name. */
import { join } from "node:path";
import { deployment } from "../platform/deployment.ts";
import { environment } from "../platform/environment.ts";
import { systemClock } from "../platform/system-clock.ts";
import { embeddingsIdentity } from "./identities.ts";
import { localEmbedder } from "./local/local-embedder.ts";
import type { Embedder } from "./models.ts";
import { openAIEmbedder } from "./openai/openai-embedder.ts";
import { providerKey } from "./provider-key.ts";

export async function embedder(): Promise<Embedder> {
  const identity = embeddingsIdentity(deployment.settings);
  switch (deployment.settings.EMBEDDINGS_PROVIDER) {
    case "local": {
      // The bundle holds the weights where the repository does.
      const root = environment["LAMBDA_TASK_ROOT"] ?? ".";
      return localEmbedder({ identity, modelDirectory: join(root, "models/all-MiniLM-L6-v2") });
    }
    case "openai":
      return openAIEmbedder({
        identity,
        clock: systemClock,
        apiKey: providerKey("EMBEDDINGS_API_KEY"),
      });
  }
}
