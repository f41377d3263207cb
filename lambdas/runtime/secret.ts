/** A provider's API key, which on AWS stands in Secrets Manager only. */
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { ProviderMisconfiguredError } from "../domain/errors.ts";
import { secretsManager } from "./clients.ts";
import { environment } from "./environment.ts";

/**
 * Read once per process: a replaced key is used by the instances that start after it.
 * @returns nothing where the deployment was given no key
 * @throws ProviderMisconfiguredError when the secret holds no key
 */
export async function providerKey(
  name: "LLM_API_KEY" | "EMBEDDINGS_API_KEY",
): Promise<string | undefined> {
  const secretName = environment[`SLUICE_${name}_SECRET`];
  if (secretName === undefined) return undefined;
  const { SecretString } = await secretsManager().send(
    new GetSecretValueCommand({ SecretId: secretName }),
  );
  if (SecretString) return SecretString;
  throw new ProviderMisconfiguredError(
    `The secret ${secretName} holds no key: put the provider's key into it as plain text.`,
  );
}
