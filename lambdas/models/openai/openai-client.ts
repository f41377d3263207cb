/**
 * The client for any OpenAI-compatible endpoint. One attempt a call: retries,
 * time-outs and back-pressure are the model gateway's, so the client's own are
 * off. It speaks over the process's `fetch`, which keeps connections alive and
 * shares them between calls.
 */
import OpenAI, { APIError } from "openai";
import type { CallOptions } from "../models.ts";

/** A provider's key, which may be replaced while the process lives. */
export interface ApiKey {
  current(): Promise<string>;
  /** Looks whether there is another key than the one that was refused. */
  replaced(refused: string): Promise<boolean>;
}

export interface OpenAIEndpoint {
  /** Such as `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  /** @default none: no Authorization header is sent, as self-hosted endpoints need none */
  readonly apiKey?: ApiKey | undefined;
}

/** Longer than any call may take: the caller's signal ends a call, never this. */
const backstopMs = 120_000;

export function openAIClient({ baseUrl, apiKey }: OpenAIEndpoint): OpenAI {
  return new OpenAI({
    baseURL: baseUrl,
    // The client will not start without one; the header is then taken out again.
    apiKey: apiKey === undefined ? "none" : () => apiKey.current(),
    maxRetries: 0,
    timeout: backstopMs,
    ...(apiKey === undefined ? { defaultHeaders: { Authorization: null } } : {}),
    // Left out, each of these would be looked for in the process's environment.
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    // Its debug lines hold the text of documents.
    logLevel: "off",
  });
}

/**
 * Calls, and calls once more if the key was refused and has been replaced
 * since this process read it. A refused key costs nothing and says nothing of
 * the text, so that is neither an attempt nor a failure of the call.
 */
export async function withKey<T>(apiKey: ApiKey | undefined, call: () => Promise<T>): Promise<T> {
  if (apiKey === undefined) return call();
  const used = await apiKey.current();
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof APIError) || !refusesKey.has(error.status as number)) throw error;
    if (!(await apiKey.replaced(used))) throw error;
    return call();
  }
}

/** Unknown, out of credit, without the right. */
const refusesKey = new Set([401, 402, 403]);

/** What every request carries. */
export function requestOptions({ signal, correlationId }: CallOptions) {
  return { signal, headers: { "x-correlation-id": correlationId } };
}
