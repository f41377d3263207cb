/**
 * One request to any OpenAI-compatible endpoint. One attempt a call: retries,
 * time-outs and back-pressure are the model gateway's. It speaks over the
 * process's `fetch`, which keeps connections alive and shares them.
 *
 * Client libraries hide the bodies of refusals that have another shape than
 * OpenAI's, and those bodies are what fallbacks and error messages live on.
 */
import type { ApiKey } from "../api-key.ts";
import { complaintOf } from "../endpoint/complaint.ts";
import { EndpointRefusal } from "../endpoint/refusal.ts";
import { isOtherAddress } from "../endpoint/translate.ts";
import type { CallOptions } from "../models.ts";
import { addressOf, withVersion } from "./addresses.ts";
import { jsonOf, withoutEnvelope } from "./answer-body.ts";
import { refusalIn } from "./refusal-in-answer.ts";
import { connectionsFor } from "./slow-calls.ts";

export interface OpenAIEndpoint {
  /** Such as `https://api.openai.com/v1`; a query (`?api-version=…`) goes with every request. */
  readonly baseUrl: string;
  /** @default none: no Authorization header is sent, as self-hosted endpoints need none */
  readonly apiKey?: ApiKey | undefined;
  /** Sent with every request; `{API_KEY}` in a value stands for the key. @default none */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export const keyPlaceholder = "{API_KEY}";
/** Unknown, out of credit, without the right. */
const refusesKey = new Set([401, 402, 403]);

/**
 * Posts, and posts once more where the refusal says nothing of the text and a second request may be
 * taken: the key has been replaced since this process read it, or the address lacks `/v1`. Such a
 * refusal costs nothing, so it is neither an attempt nor a failure of the call.
 * @throws EndpointRefusal for any answer that is a refusal, one with status 200 as well
 */
export async function post(
  endpoint: OpenAIEndpoint,
  path: string,
  body: Readonly<Record<string, unknown>>,
  call: CallOptions,
): Promise<unknown> {
  const { apiKey, baseUrl } = endpoint;
  const key = await apiKey?.current();
  try {
    return await send(endpoint, path, body, call, key);
  } catch (error) {
    if (!(error instanceof EndpointRefusal)) throw error;
    if (isOtherAddress(error)) {
      const found = await withVersion(baseUrl, () => send(endpoint, path, body, call, key));
      if (found !== undefined) return found.answer;
    }
    if (apiKey === undefined || key === undefined) throw error;
    if (!refusesKey.has(error.status) || !(await apiKey.replaced(key))) throw error;
    return send(endpoint, path, body, call, await apiKey.current());
  }
}

async function send(
  endpoint: OpenAIEndpoint,
  path: string,
  body: Readonly<Record<string, unknown>>,
  { signal, timeoutMs, correlationId }: CallOptions,
  key: string | undefined,
): Promise<unknown> {
  const dispatcher = await connectionsFor(timeoutMs);
  const response = await request(addressOf(endpoint.baseUrl, path), path, {
    method: "POST",
    headers: headersOf(endpoint, key, correlationId),
    body: JSON.stringify(body),
    signal,
    // A POST that `fetch` redirects arrives as a GET without its body.
    redirect: "manual",
    ...(dispatcher === undefined ? {} : { dispatcher }),
  });
  const text = await response.text();
  if (!response.ok) {
    const { status, headers } = response;
    const elsewhere = status < 400 ? headers.get("location") : null;
    const complaint =
      elsewhere === null ? complaintOf(text) : complaintOf(`It redirects to ${elsewhere}`);
    throw new EndpointRefusal(status, complaint, headers);
  }
  return answerIn(text, response);
}

/** Where servers moved a call to, by the address that is configured. */
const moved = new Map<string, URL>();
const mostMoves = 3;

/** Follows a server to another spelling of the same call: with a slash at the end, or by TLS. */
async function request(configured: URL, path: string, init: RequestInit): Promise<Response> {
  let url = moved.get(configured.href) ?? configured;
  for (let moves = 0; ; moves++) {
    const response = await fetch(url, init);
    const location = [301, 302, 307, 308].includes(response.status)
      ? response.headers.get("location")
      : null;
    const target =
      location !== null && URL.canParse(location, url.href) ? new URL(location, url) : url;
    if (moves >= mostMoves || !isSameCall(url, target, path)) return response;
    await response.body?.cancel();
    moved.set(configured.href, target);
    url = target;
  }
}

/** The key goes to no other server than the one it was meant for. */
function isSameCall(from: URL, to: URL, path: string): boolean {
  const isSameServer =
    to.origin === from.origin ||
    (to.hostname === from.hostname && from.protocol === "http:" && to.protocol === "https:");
  return isSameServer && to.href !== from.href && to.pathname.replace(/\/+$/, "").endsWith(path);
}

function headersOf(
  { headers = {} }: OpenAIEndpoint,
  key: string | undefined,
  correlationId: string,
) {
  const own = Object.entries(headers).map(
    ([name, value]) => [name, value.replaceAll(keyPlaceholder, key ?? "")] as const,
  );
  // A header that carries the key already replaces the usual one.
  const placed = Object.values(headers).some((value) => value.includes(keyPlaceholder));
  return {
    "content-type": "application/json",
    accept: "application/json",
    ...(key === undefined || placed ? {} : { authorization: `Bearer ${key}` }),
    "x-correlation-id": correlationId,
    ...Object.fromEntries(own),
  };
}

/** @throws EndpointRefusal if the body is an error, a page, a sentence, empty, or broken JSON */
function answerIn(text: string, { status, headers }: Response): unknown {
  const answer = jsonOf(text);
  if (answer === undefined) throw withoutJson(text, status, headers);
  const refusal = refusalIn(answer, headers);
  if (refusal !== undefined) throw refusal;
  return withoutEnvelope(answer);
}

function withoutJson(text: string, status: number, headers: Headers): EndpointRefusal {
  if (/^\s*<(?:!doctype|html)/i.test(text))
    return new EndpointRefusal(404, complaintOf(text), headers);
  if (text.trim() === "") return new EndpointRefusal(status, complaintOf("The body is empty."));
  // Another program than a model's server, or one that is not ready: it says so in a sentence.
  if (!/^\s*(?:[[{"]|data:)/.test(text))
    return new EndpointRefusal(status, complaintOf(text), headers);
  return new EndpointRefusal(502, complaintOf("The body is not JSON."));
}
