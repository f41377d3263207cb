/**
 * The CDK app for `cdk synth` and `cdk deploy`. Context: `-c stage=prod` chooses a stage of
 * sluice.config.ts, `-c accept=true` accepts changed models, providers and keys.
 */
import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { environment } from "../lambdas/platform/environment.ts";
import { InvalidSettingsError } from "../lambdas/platform/settings.ts";
import { bundleSteps } from "./bundling/bundle.ts";
import { unsupportedPlatform } from "./bundling/platform.ts";
import { type Config, loadConfig } from "./config.ts";
import { refusedChange } from "./settings/guard.ts";
import { unknownVariables } from "./settings/unknown-variables.ts";
import { SluiceStack } from "./stack.ts";

const app = new App({
  // cdk-nag takes most of the synthesis time, and an emulator does not need it.
  builtinCloudFormationValidation: !environment["AWS_ENDPOINT_URL"],
});
const context = (name: string): unknown => app.node.tryGetContext(name);

function refuse(reason: string): never {
  console.error(reason);
  process.exit(1);
}

async function configOrExit(): Promise<Config> {
  const problem = unsupportedPlatform() ?? unknownVariables(environment);
  if (problem !== undefined) refuse(problem);
  const stage = context("stage");
  try {
    return await loadConfig(environment, typeof stage === "string" ? stage : undefined);
  } catch (error) {
    if (error instanceof InvalidSettingsError) refuse(error.message);
    throw error;
  }
}

const config = await configOrExit();
const refusal = await refusedChange(config, {
  // Set by the CDK's command line if it has credentials.
  account: context("compare") === "off" ? undefined : environment["CDK_DEFAULT_ACCOUNT"],
  region: environment["CDK_DEFAULT_REGION"],
  acceptAll: context("accept") === "true",
  say: (line) => console.error(line),
});
if (refusal !== undefined) refuse(refusal);
const bundles = await bundleSteps();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
new SluiceStack(app, config.stackName, { config, bundles });
