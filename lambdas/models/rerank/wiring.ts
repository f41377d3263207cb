import { deployment } from "../../platform/deployment.ts";
import { providerKey } from "../provider-key.ts";
import { HttpReranker } from "./http-reranker.ts";
import type { Reranker } from "./reranker.ts";

/** @returns nothing where the deployment names no endpoint */
export function reranker(): Reranker | undefined {
  const { RERANK_BASE_URL: baseUrl, RERANK_MODEL: model } = deployment.settings;
  if (baseUrl === undefined) return undefined;
  return new HttpReranker({ baseUrl, model, apiKey: providerKey("RERANK_API_KEY") });
}
