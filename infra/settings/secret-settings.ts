import type { Settings } from "../../lambdas/platform/settings.ts";

/** Settings whose values appear in no template, in no function's configuration and in no file. */
export const secretSettings = [
  "LLM_API_KEY",
  "EMBEDDINGS_API_KEY",
  "RERANK_API_KEY",
] as const satisfies (keyof Settings)[];
export type SecretSetting = (typeof secretSettings)[number];

export function isSecret(name: string): name is SecretSetting {
  return (secretSettings as readonly string[]).includes(name);
}

/** The output of the stack that names a provider key's secret. */
export const secretOutputs = {
  LLM_API_KEY: "LlmApiKeySecret",
  EMBEDDINGS_API_KEY: "EmbeddingsApiKeySecret",
  RERANK_API_KEY: "RerankApiKeySecret",
} as const satisfies Record<SecretSetting, string>;
