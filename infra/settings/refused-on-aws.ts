import type { Settings } from "../../lambdas/platform/settings.ts";

/**
 * What works on a laptop alone. Functions on AWS would wait for such an address for as long as for
 * any provider that is down.
 * @returns a sentence, or undefined
 */
export function refusedOnAws(settings: Settings): string | undefined {
  if (settings.WEBHOOKS_ALLOW_LOOPBACK === "true") {
    return "SLUICE_WEBHOOKS_ALLOW_LOOPBACK=true is for a laptop: on AWS it would open the functions' own runtime to webhooks. Remove it.";
  }
  if (settings.JWT_ISSUER?.startsWith("http:")) {
    return "SLUICE_JWT_ISSUER is http://127.0.0.1, which functions on AWS cannot reach. Name the issuer by its https URL.";
  }
  const asked = {
    LLM_BASE_URL: settings.METADATA_PROVIDER === "openai",
    EMBEDDINGS_BASE_URL: settings.EMBEDDINGS_PROVIDER === "openai",
    RERANK_BASE_URL: settings.RERANK_PROVIDER !== "bedrock",
  } as const;
  for (const name of Object.keys(asked) as (keyof typeof asked)[]) {
    const url = settings[name];
    if (!asked[name] || url === undefined || !isOfThisMachine(new URL(url).hostname)) continue;
    return `SLUICE_${name} is ${url}, which is this machine: functions on AWS cannot reach it. Name an endpoint that they reach, or choose another provider.`;
  }
  return undefined;
}

function isOfThisMachine(hostname: string): boolean {
  return /^(?:(?:.+\.)?localhost|host\.docker\.internal|127(?:\.\d+){3}|0\.0\.0\.0|\[::1?\])$/.test(
    hostname,
  );
}
