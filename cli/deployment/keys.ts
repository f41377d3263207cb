/** Creates, lists and revokes API keys of a deployed stack, local or on AWS. */

import { type IssuedKey, issueKey, listKeys, revokeKey } from "../../ops/api-keys.ts";
import type { AwsClientOptions } from "../../ops/aws-client-options.ts";
import { DeploymentError } from "../errors.ts";
import { onStack } from "./stack.ts";

/** @throws DeploymentError if there is no stack, if it knows no keys, or if AWS refuses */
export function createKey(
  reach: AwsClientOptions,
  caller: { readonly tenant: string; readonly role: "tenant" | "operator" },
): Promise<{ id: string; apiKey: string; apiUrl: string }> {
  return onStack(reach, "The key could not be created", async (outputs) => {
    const { Auth } = outputs;
    if (Auth !== "key") {
      throw new DeploymentError(
        `This deployment knows no keys, because it was deployed with SLUICE_AUTH=${Auth}. docs/callers.md says how to call it.`,
      );
    }
    const name = `sluice-${caller.role}-${caller.tenant}`;
    const { id, value } = await issueKey(reach, outputs, { name, caller });
    return { id, apiKey: value, apiUrl: outputs.ApiUrl };
  });
}

/** @throws DeploymentError if there is no stack, or if AWS refuses */
export function keysOf(reach: AwsClientOptions): Promise<IssuedKey[]> {
  return onStack(reach, "The keys could not be read", (outputs) => listKeys(reach, outputs));
}

/**
 * @param own the value of the key that this command line uses, unless it may be revoked
 * @throws DeploymentError also if no key, more than one or `own` matches; then none is revoked
 */
export function revoke(
  reach: AwsClientOptions,
  which: string,
  own?: string,
): Promise<Pick<IssuedKey, "id" | "name">> {
  return onStack(reach, "The key could not be revoked", async (outputs) => {
    const [key, ...others] = await revokeKey(reach, outputs, which, own);
    if (key === undefined) {
      throw new DeploymentError(
        `No key has the name or id ${which}. \`keys list\` shows all keys.`,
      );
    }
    if (others.length === 0 && key.spared) {
      throw new DeploymentError(
        `${key.name} (${key.id}) is the key that this command line uses, so it was not revoked. Use another key first, or add --yes.`,
      );
    }
    if (others.length === 0) return { id: key.id, name: key.name };
    const ids = [key, ...others].map(({ id }) => id).join(", ");
    throw new DeploymentError(
      `Several keys have the name ${which}. Use one of these ids instead: ${ids}`,
    );
  });
}
