/** Makes, lists and revokes API keys of a deployed stack, wherever it is. */

import { type IssuedKey, issueKey, listKeys, revokeKey } from "../../ops/api-keys.ts";
import type { Reach } from "../../ops/aws-client-options.ts";
import { DeploymentError } from "../errors.ts";
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

/** @throws DeploymentError when there is no stack, or AWS refuses. */
export function keysOf(reach: Reach): Promise<IssuedKey[]> {
  return onStack(reach, "The keys could not be read", (outputs) => listKeys(reach, outputs));
}

/** @throws DeploymentError also when no key or more than one is meant; nothing is revoked then. */
export function revoke(reach: Reach, which: string): Promise<Pick<IssuedKey, "id" | "name">> {
  return onStack(reach, "The key could not be revoked", async (outputs) => {
    const [key, ...others] = await revokeKey(reach, outputs, which);
    if (key === undefined) {
      throw new DeploymentError(
        `No key has the name or id ${which}; \`keys list\` shows them all.`,
      );
    }
    if (others.length === 0) return key;
    const ids = [key, ...others].map(({ id }) => id).join(", ");
    throw new DeploymentError(
      `More than one key is called ${which}. Name the one you mean: ${ids}`,
    );
  });
}
