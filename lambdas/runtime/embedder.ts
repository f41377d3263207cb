/** The embedding model that the settings name. */
import { join } from "node:path";
import { localEmbedder } from "../adapters/models/local-embedder.ts";
import { openAIEmbedder } from "../adapters/models/openai-embedder.ts";
import { embeddingsIdentity } from "../domain/identities.ts";
import type { Embedder } from "../ports/models.ts";
import { systemClock } from "./clock.ts";
import { deployment } from "./deployment.ts";
import { environment } from "./environment.ts";
import { providerKey } from "./secret.ts";

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
