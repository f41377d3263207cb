/** Operations on a deployment that use AWS calls instead of the API. */
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import type { AwsClientOptions } from "../../ops/aws-client-options.ts";
import { type Outputs, readOutputs, stackName } from "../../ops/deployed-stack.ts";
import { LocalFailure } from "../../ops/failure.ts";
import { DeploymentError } from "../errors.ts";

/**
 * Runs work on the deployed stack.
 * @param failed how the error message begins if AWS refuses
 * @throws DeploymentError if there is no stack, or if AWS refuses
 */
export async function onStack<T>(
  reach: AwsClientOptions,
  failed: string,
  work: (outputs: Outputs) => Promise<T>,
): Promise<T> {
  const cloudFormation = new CloudFormationClient(reach);
  try {
    const outputs = await readOutputs(cloudFormation);
    if (outputs === undefined) {
      throw new DeploymentError(
        `The stack ${stackName} is not deployed in this account and region. Run \`npm run deploy\` first.`,
      );
    }
    return await work(outputs);
  } catch (error) {
    if (error instanceof DeploymentError || !(error instanceof Error)) throw error;
    if (error instanceof LocalFailure) throw new DeploymentError(error.message);
    // The AWS message names the cause: no credentials, no region or no permission.
    throw new DeploymentError(`${failed}: ${error.name}: ${error.message}`);
  } finally {
    cloudFormation.destroy();
  }
}
