/** Makes an API key for a deployed stack, wherever it is. */
import type { Reach } from "../local/endpoint.ts";
import { issueKey } from "../local/keys.ts";
import { onStack } from "./stack.ts";

/** @throws DeploymentError when there is no stack, or AWS refuses. */
export function createKey(
  reach: Reach,
  caller: { readonly tenant: string; readonly role: "tenant" | "operator" },
): Promise<{ apiKey: string; apiUrl: string }> {
  return onStack(reach, "The key could not be made", async (outputs) => {
    const name = `sluice-${caller.role}-${caller.tenant}`;
    return { apiKey: await issueKey(reach, outputs, { name, caller }), apiUrl: outputs.ApiUrl };
  });
}
