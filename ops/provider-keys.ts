/** Stores the providers' keys for a deployment. No template and no function configuration contains them. */
import { PutSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Settings } from "../lambdas/platform/settings.ts";
import type { Outputs } from "./deployed-stack.ts";

export async function putProviderKeys(
  client: SecretsManagerClient,
  outputs: Outputs,
  settings: Pick<Settings, "LLM_API_KEY" | "EMBEDDINGS_API_KEY" | "RERANK_API_KEY">,
): Promise<void> {
  const keys = [
    [outputs.LlmApiKeySecret, settings.LLM_API_KEY],
    [outputs.EmbeddingsApiKeySecret, settings.EMBEDDINGS_API_KEY],
    [outputs.RerankApiKeySecret, settings.RERANK_API_KEY],
  ] as const;
  for (const [secret, key] of keys) {
    if (secret === undefined || key === undefined) continue;
    await client.send(new PutSecretValueCommand({ SecretId: secret, SecretString: key }));
  }
}
