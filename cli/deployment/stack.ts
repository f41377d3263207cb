/** What is done to a deployment by AWS's own calls, beside the API. */
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import type { Reach } from "../../ops/aws-client-options.ts";
import { type Outputs, readOutputs, stackName } from "../../ops/deployed-stack.ts";
import { DeploymentError } from "../errors.ts";

/**
 * Works on the deployed stack.
 * @param failed the beginning of the sentence when AWS refuses
 * @throws DeploymentError when there is no stack, or AWS refuses.
 */
export async function onStack<T>(
  reach: Reach,
  failed: string,
  work: (outputs: Outputs) => Promise<T>,
): Promise<T> {
  const cloudFormation = new CloudFormationClient(reach);
  try {
    const outputs = await readOutputs(cloudFormation);
    if (outputs === undefined) {
      throw new DeploymentError(
        `The stack ${stackName} is not deployed here: run \`npm run deploy\` first.`,
      );
    }
    return await work(outputs);
  } catch (error) {
    if (error instanceof DeploymentError || !(error instanceof Error)) throw error;
    // AWS's own words: no credentials, no region, no permission.
    throw new DeploymentError(`${failed}: ${error.name}: ${error.message}`);
  } finally {
    cloudFormation.destroy();
  }
}
