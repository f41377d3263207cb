import { deployment } from "../../platform/deployment.ts";
import { systemClock } from "../../platform/system-clock.ts";
import { HttpReranker } from "../openai/http-reranker.ts";
import { providerKey } from "../provider-key.ts";
import type { Reranker } from "./reranker.ts";
import { RestingReranker } from "./resting-reranker.ts";

/** @returns nothing where the deployment names none */
export function reranker(): Reranker | undefined {
  const chosen = configured();
  return chosen === undefined ? undefined : new RestingReranker(chosen, systemClock);
}

function configured(): Reranker | undefined {
  const { settings } = deployment;
  if (settings.RERANK_PROVIDER === "bedrock") return onBedrock();
  const { RERANK_BASE_URL: baseUrl, RERANK_MODEL: model } = settings;
  if (baseUrl === undefined) return undefined;
  return new HttpReranker({ baseUrl, model, apiKey: providerKey("RERANK_API_KEY") });
}

/** Bedrock's client is loaded by the first search that is reranked. */
function onBedrock(): Reranker {
  const { RERANK_MODEL: model = "", BEDROCK_REGION: region } = deployment.settings;
  let loaded: Promise<Reranker> | undefined;
  const load = async (): Promise<Reranker> => {
    const { BedrockReranker } = await import("../bedrock/bedrock-reranker.ts");
    return new BedrockReranker({ model, region });
  };
  return {
    async score(query, texts) {
      loaded ??= load();
      return (await loaded).score(query, texts);
    },
  };
}
