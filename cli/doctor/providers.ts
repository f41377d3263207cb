/** One call of each model provider, with what to repair. */
import type { ProviderAnswer } from "../../lambdas/contract/calls/providers.ts";
import type { Client } from "../client.ts";
import { type Finding, note, ok, problem } from "./finding.ts";

export async function checkProviders(client: Client): Promise<Finding[]> {
  const { llm, embeddings } = await client.checkProviders();
  return [
    finding("language model", "LLM", llm),
    finding("embedding model", "EMBEDDINGS", embeddings),
  ];
}

function finding(check: string, prefix: string, answer: ProviderAnswer): Finding {
  const { provider, model, status, duration_ms = 0, dimensions, code, message } = answer;
  const who = `${model} (${provider})`;
  switch (status) {
    case "ok": {
      const length = dimensions === undefined ? "" : ` with ${dimensions} dimensions`;
      return ok(check, `${who} responds${length} in ${(duration_ms / 1_000).toFixed(1)} s.`);
    }
    case "skipped":
      return note(check, "SLUICE_METADATA_PER is none: no language model is called.");
    case "failed":
      return problem(
        check,
        `${who}: ${message ?? "The call failed."} (${code})`,
        fix(prefix, code),
      );
  }
}

/** The endpoint's own words stand before it; this says which setting they are about. */
function fix(prefix: string, code: string | undefined): string {
  switch (code) {
    case "provider_misconfigured":
      return `Correct SLUICE_${prefix}_BASE_URL, SLUICE_${prefix}_MODEL or SLUICE_${prefix}_API_KEY as the message says, and deploy.`;
    case "provider_throttled":
      return "Wait, or raise the quota at the provider. Jobs wait by themselves.";
    case "provider_timeout":
      return `Use a faster model, or raise SLUICE_${prefix}_CALL_TIMEOUT_SECONDS.`;
    case "provider_unavailable":
      return `Check that SLUICE_${prefix}_BASE_URL can be reached from the functions, and whether the provider is down.`;
    case "provider_rejected":
    case "answer_unusable":
      return prefix === "LLM"
        ? "Set SLUICE_LLM_MODEL to a model that answers with JSON."
        : "Set SLUICE_EMBEDDINGS_MODEL to an embedding model of the endpoint.";
    case "circuit_open":
    case "capacity_unavailable":
      return "The call was not made. Try again in a minute.";
    default:
      return "Read the log of the function that calls the model.";
  }
}
