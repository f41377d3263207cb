import type { Settings } from "../../platform/settings.ts";
import { bedrockRights } from "../bedrock/model-rights.ts";
import type { ModelRight } from "../provider.ts";

/** What the function that reranks must be allowed in AWS. */
export function rerankRights(settings: Settings): readonly ModelRight[] {
  const { RERANK_PROVIDER, RERANK_MODEL, BEDROCK_REGION } = settings;
  if (RERANK_PROVIDER !== "bedrock" || RERANK_MODEL === undefined) return [];
  return bedrockRights(RERANK_MODEL, BEDROCK_REGION);
}
