/** The deployment that the command line calls. */
import { readFileSync } from "node:fs";
import * as z from "zod";
import type { Credential } from "../client/typescript/index.ts";
import { environment } from "../lambdas/platform/environment.ts";
import { type AwsClientOptions, accountClient, localClient } from "../ops/aws-client-options.ts";
import { localFile } from "../ops/paths.ts";
import { baseUrl } from "./client.ts";
import { UsageError } from "./errors.ts";
import { signer } from "./signing.ts";
import { typed } from "./typed-command.ts";

const localSchema = z.object({
  api_url: z.url(),
  api_key: z.string().min(1),
  endpoint: z.url(),
});

export type Connection = Credential & { readonly apiUrl: string };

/**
 * `SLUICE_API_URL` with `SLUICE_API_KEY` or `SLUICE_TOKEN` if they are set, or with the AWS
 * credentials of the shell if `SLUICE_AUTH` is `iam`; otherwise the local stack of `npm start`. The URL and the key always come from the same place, so that a local key
 * never reaches another server.
 * @throws UsageError
 */
export function connection(): Connection {
  const apiUrl = environment["SLUICE_API_URL"];
  const apiKey = environment["SLUICE_API_KEY"];
  const token = environment["SLUICE_TOKEN"];
  const signs = environment["SLUICE_AUTH"] === "iam";
  if (apiKey && token) {
    throw new UsageError(
      "Set SLUICE_API_KEY or SLUICE_TOKEN, not both: a deployment's callers have keys or tokens.",
    );
  }
  if (apiUrl && !URL.canParse(apiUrl)) {
    throw new UsageError(`SLUICE_API_URL is not a URL: ${apiUrl}`);
  }
  const credential = apiKey ? { apiKey } : token ? { token } : undefined;
  if (signs && credential) {
    throw new UsageError(
      "With SLUICE_AUTH=iam, calls are signed with your AWS credentials. Unset SLUICE_API_KEY and SLUICE_TOKEN, or SLUICE_AUTH.",
    );
  }
  if (apiUrl && signs) return { apiUrl, sign: signer(apiUrl) };
  if (apiUrl && credential) return { apiUrl, ...credential };
  if (apiUrl || credential) {
    throw new UsageError(
      "Set both SLUICE_API_URL and SLUICE_API_KEY, or neither. With SLUICE_AUTH=jwt, SLUICE_TOKEN takes the key's place; with SLUICE_AUTH=iam, your AWS credentials do.",
    );
  }
  const local = localDeployment();
  if (local === undefined) {
    throw new UsageError(
      "No deployment found. Run `npm start` in another terminal, or set SLUICE_API_URL and SLUICE_API_KEY.",
    );
  }
  return { apiUrl: local.api_url, apiKey: local.api_key };
}

/** The key that commands call the API with; nothing if they show something else, or none is set. */
export function ownKey(): string | undefined {
  return environment["SLUICE_API_KEY"] || localDeployment()?.api_key;
}

/** Whether {@link connection} is the local stack of `npm start`, however it is addressed. */
export function isLocal(): boolean {
  const local = localDeployment();
  const named = environment["SLUICE_API_URL"];
  return local !== undefined && (!named || baseUrl(named) === baseUrl(local.api_url));
}

/** The text of a command that calls AWS, with the flag for the same deployment. */
export function commandFor(local: boolean, command: string): string {
  return typed(`${command}${local ? "" : " --aws"}`);
}

/**
 * The options for AWS calls: the emulator of `npm start`, or the account of the caller's
 * credentials, but the account only if --aws is given.
 * @throws UsageError
 */
export function reach(aws: boolean): AwsClientOptions {
  if (aws) return accountClient();
  const local = localDeployment();
  if (local !== undefined) return localClient(local.endpoint);
  throw new UsageError(
    "`npm start` is not running here. To use the account of your AWS credentials, add --aws.",
  );
}

/** The local stack: `npm start` writes the file and deletes it when it ends. */
export function localDeployment(): z.infer<typeof localSchema> | undefined {
  let text: string;
  try {
    text = readFileSync(localFile, "utf8");
  } catch {
    return undefined;
  }
  try {
    return localSchema.parse(JSON.parse(text));
  } catch {
    throw new UsageError(`${localFile} cannot be read. Run \`npm start\` again to write it.`);
  }
}
