/**
 * `npm run deploy`: runs `cdk deploy` in the account of the AWS credentials, then stores the model
 * providers' keys in Secrets Manager, because no template contains them. Arguments after `--` go to
 * `cdk deploy`.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { environment } from "../lambdas/platform/environment.ts";
import { InvalidSettingsError, parseSettings } from "../lambdas/platform/settings.ts";
import { refuseUnknownSettings } from "../ops/command-line.ts";
import { readOutputs, stackName } from "../ops/deployed-stack.ts";
import { LocalFailure } from "../ops/failure.ts";
import { pathWithNode } from "../ops/processes.ts";
import { putProviderKeys } from "../ops/provider-keys.ts";

const root = join(import.meta.dirname, "..");

async function cdkDeploy(args: readonly string[]): Promise<number> {
  const cdk = join(root, "node_modules", "aws-cdk", "bin", "cdk");
  const child = spawn(process.execPath, [cdk, "deploy", stackName, ...args], {
    cwd: root,
    env: { ...environment, PATH: pathWithNode(environment) },
    stdio: "inherit",
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

async function putKeys(): Promise<void> {
  const settings = parseSettings(environment);
  if (settings.LLM_API_KEY === undefined && settings.EMBEDDINGS_API_KEY === undefined) return;
  const outputs = await readOutputs(new CloudFormationClient({}));
  if (outputs === undefined) {
    throw new Error(
      `The stack ${stackName} has no outputs, so the providers' keys were not stored. Run the deployment again.`,
    );
  }
  await putProviderKeys(new SecretsManagerClient({}), outputs, settings);
  console.log("The providers' keys are in Secrets Manager.");
}

try {
  refuseUnknownSettings(environment);
  parseSettings(environment);
  process.exitCode = await cdkDeploy(process.argv.slice(2));
  if (process.exitCode === 0) await putKeys();
} catch (error) {
  const explained = error instanceof InvalidSettingsError || error instanceof LocalFailure;
  console.error(explained ? error.message : error);
  process.exitCode = 1;
}
