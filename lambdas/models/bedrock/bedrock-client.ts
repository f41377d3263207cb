/**
 * The client for Amazon Bedrock. One attempt a call: retries are the model
 * gateway's. Its errors become refusals like those of any other endpoint, so
 * that fallbacks and translations are the same.
 */
import { BedrockRuntimeClient } from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { EndpointRefusal } from "../endpoint/refusal.ts";

export interface BedrockOptions {
  /** @default the function's own region */
  readonly region?: string | undefined;
  /** Tests name a stand-in here. @default the service's, or AWS_ENDPOINT_URL's */
  readonly client?: BedrockRuntimeClient | undefined;
}

/** Longer than any setting lets a call take: the caller's signal ends it, never this. */
const backstopMs = 900_000;

export function bedrockClient({ region, client }: BedrockOptions): BedrockRuntimeClient {
  if (client !== undefined) return client;
  return new BedrockRuntimeClient({
    ...(region === undefined ? {} : { region }),
    maxAttempts: 1,
    // The client's own speaks HTTP/2 only, which emulators and proxies do not.
    requestHandler: new NodeHttpHandler({ requestTimeout: backstopMs }),
  });
}

/** Statuses of exceptions that mean something else than their number says. */
const statuses: Readonly<Record<string, number>> = {
  ServiceQuotaExceededException: 429,
  ModelNotReadyException: 503,
  // The model failed over this input, as a server does.
  ModelErrorException: 500,
  CredentialsProviderError: 401,
};

/** Calls, and throws what the service refused as an {@link EndpointRefusal}. */
export async function asked<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw refusalOf(error) ?? error;
  }
}

interface ServiceError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

function refusalOf(error: unknown): EndpointRefusal | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, message, $metadata, $response }: ServiceError = error;
  const status = statuses[name] ?? $metadata?.httpStatusCode;
  if (status === undefined || status < 300) return undefined;
  const complaint = { words: message, parameters: "", codes: [name.toLowerCase()] };
  return new EndpointRefusal(status, complaint, new Headers($response?.headers));
}

/** What to repair when Bedrock refuses every call. */
export function repairs(prefix: "LLM" | "EMBEDDINGS") {
  return {
    access: `Give this AWS account access to the model in Amazon Bedrock, and check that SLUICE_${prefix}_MODEL names it as it was when the stack was deployed`,
    address: `Set SLUICE_${prefix}_MODEL to a model or an inference profile that Bedrock has in this region, or SLUICE_BEDROCK_REGION to one that has it`,
    slow: `If this repeats, use a faster model, or raise SLUICE_${prefix}_CALL_TIMEOUT_SECONDS`,
  } as const;
}
