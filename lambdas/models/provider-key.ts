/** A provider's API key, which on AWS stands in Secrets Manager only. */
import { GetSecretValueCommand, ResourceNotFoundException } from "@aws-sdk/client-secrets-manager";
import { secretsManager, secretsManagerIn } from "../platform/clients.ts";
import { environment } from "../platform/environment.ts";
import type { ApiKey } from "./api-key.ts";
import { ProviderMisconfiguredError, ProviderUnavailableError } from "./errors.ts";

/**
 * Read at the first call, and again when the provider refuses it: a replaced
 * key is used at once, also by processes that started before.
 * @returns nothing where the deployment was given no key
 * @throws by its methods, ProviderUnavailableError while the secret has no value or cannot be read,
 * ProviderMisconfiguredError when its value is no text
 */
export function providerKey(
  name: "LLM_API_KEY" | "EMBEDDINGS_API_KEY" | "RERANK_API_KEY",
): ApiKey | undefined {
  const secretName = environment[`SLUICE_${name}_SECRET`];
  if (secretName === undefined) return undefined;
  let known: Promise<string> | undefined;
  const current = async () => {
    known ??= read(secretName);
    try {
      return await known;
    } catch (error) {
      known = undefined;
      throw error;
    }
  };
  const replaced = async (refused: string) => {
    if ((await current()) === refused) known = undefined;
    return (await current()) !== refused;
  };
  return { current, replaced };
}

async function read(secretName: string): Promise<string> {
  const command = new GetSecretValueCommand({ SecretId: secretName });
  const { SecretString } = await clientFor(secretName)
    .send(command)
    .catch((error: unknown) => {
      // Also what Secrets Manager answers for a secret without a value.
      if (error instanceof ResourceNotFoundException) throw notStored(secretName);
      const why = error instanceof Error ? error.name : "unknown";
      throw new ProviderUnavailableError(`The secret ${secretName} could not be read (${why}).`);
    });
  // A file or a line that was put into the secret ends with a line break, which no header may hold.
  const key = SecretString?.trim();
  // What an emulator answers for a secret without a value.
  if (key === "") throw notStored(secretName);
  // As the console of Secrets Manager stores pairs of names and values.
  if (key !== undefined && !/^\{.*\}$/s.test(key)) return key;
  throw new ProviderMisconfiguredError(
    `The secret ${secretName} holds ${key === undefined ? "no key" : "a JSON object"}: put the provider's key into it as plain text.`,
  );
}

/** Secrets Manager finds a secret in its own region only, and the deployer may name one of another. */
function clientFor(secretName: string) {
  const region = /^arn:[^:]+:secretsmanager:([^:]+):/.exec(secretName)?.[1];
  const isElsewhere = region !== undefined && region !== environment["AWS_REGION"];
  return isElsewhere ? secretsManagerIn(region) : secretsManager();
}

/** A deployment makes the secrets first and stores the keys at its end. */
function notStored(secretName: string): ProviderUnavailableError {
  return new ProviderUnavailableError(
    `The secret ${secretName} has no key yet. \`npm run deploy\` stores it at its end; or put the provider's key into it as plain text.`,
  );
}
