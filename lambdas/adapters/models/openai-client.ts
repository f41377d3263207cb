/**
 * The client for any OpenAI-compatible endpoint. One attempt a call: retries,
 * time-outs and back-pressure are the model gateway's, so the client's own are
 * off. It speaks over the process's `fetch`, which keeps connections alive and
 * shares them between calls.
 */
import OpenAI from "openai";
import type { CallOptions } from "../../ports/models.ts";

export interface OpenAIEndpoint {
  /** Such as `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  /** @default none: no Authorization header is sent, as self-hosted endpoints need none */
  readonly apiKey?: string;
}

/** Longer than any call may take: the caller's signal ends a call, never this. */
const backstopMs = 120_000;

export function openAIClient({ baseUrl, apiKey }: OpenAIEndpoint): OpenAI {
  return new OpenAI({
    baseURL: baseUrl,
    // The client will not start without one; the header is then taken out again.
    apiKey: apiKey ?? "none",
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

/** What every request carries. */
export function requestOptions({ signal, correlationId }: CallOptions) {
  return { signal, headers: { "x-correlation-id": correlationId } };
}
