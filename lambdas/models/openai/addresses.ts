/** Which address a call goes to, by the base URL that is configured. */

import { EndpointRefusal } from "../endpoint/refusal.ts";
import { isOtherAddress } from "../endpoint/translate.ts";

/** Whoever copies the whole address of a call means the part before it. */
const callAtEnd = /\/(?:chat\/completions|embeddings|rerank)\/*$/;

export function addressOf(baseUrl: string, path: string): URL {
  const url = new URL(baseUrl);
  url.pathname = `${partBefore(url)}${versions.get(baseUrl) ?? ""}${path}`;
  return url;
}

const partBefore = ({ pathname }: URL) => pathname.replace(callAtEnd, "").replace(/\/+$/, "");

/** What base URLs lack, found out by this process; empty where it is not that. */
const versions = new Map<string, "/v1" | "">();

/**
 * Runs `call` with `/v1` behind the base URL, which is what most that know no such call lack (Ollama,
 * LM Studio, vLLM). Tried once for each base URL, and kept if it brings an answer.
 * @returns `undefined` where there is nothing to try, or it is the same there
 */
export async function withVersion<T>(
  baseUrl: string,
  call: () => Promise<T>,
): Promise<{ readonly answer: T } | undefined> {
  if (versions.has(baseUrl) || /\/(?:v\d|deployments\/)/.test(partBefore(new URL(baseUrl)))) {
    return undefined;
  }
  versions.set(baseUrl, "/v1");
  try {
    return { answer: await call() };
  } catch (error) {
    // It is there, and refuses something else.
    if (error instanceof EndpointRefusal && !isOtherAddress(error)) throw error;
    // What the address that is configured said is what its owner understands.
    versions.set(baseUrl, "");
    return undefined;
  }
}
