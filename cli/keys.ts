/** Makes an API key for a deployed stack, wherever it is. */
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { issueKey, type Reach } from "../local/keys.ts";
import { readOutputs, stackName } from "../local/outputs.ts";
import { DeploymentError } from "./errors.ts";

/** @throws DeploymentError when there is no stack, or AWS refuses. */
export async function createKey(
  reach: Reach,
  caller: { readonly tenant: string; readonly role: "tenant" | "operator" },
): Promise<{ apiKey: string; apiUrl: string }> {
  const cloudFormation = new CloudFormationClient(reach);
  try {
    const outputs = await readOutputs(cloudFormation);
    if (outputs === undefined) {
      throw new DeploymentError(
        `The stack ${stackName} is not deployed here: run \`npm run deploy\` first.`,
      );
    }
    const name = `sluice-${caller.role}-${caller.tenant}`;
    return { apiKey: await issueKey(reach, outputs, { name, caller }), apiUrl: outputs.ApiUrl };
  } catch (error) {
    if (error instanceof DeploymentError || !(error instanceof Error)) throw error;
    // AWS's own words: no credentials, no region, no permission.
    throw new DeploymentError(`The key could not be made: ${error.name}: ${error.message}`);
  } finally {
    cloudFormation.destroy();
  }
}
