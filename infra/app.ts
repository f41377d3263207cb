/** The CDK app for `cdk synth` and `cdk deploy`. */
import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { environment } from "../lambdas/platform/environment.ts";
import { InvalidSettingsError } from "../lambdas/platform/settings.ts";
import { bundleSteps } from "./bundling/bundle.ts";
import { type Config, readConfig } from "./config.ts";
import { SluiceStack } from "./stack.ts";

function configOrExit(): Config {
  try {
    return readConfig(environment);
  } catch (error) {
    if (!(error instanceof InvalidSettingsError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

const config = configOrExit();
const bundles = await bundleSteps();
const app = new App({
  // cdk-nag takes most of the synthesis time, and an emulator does not need it.
  builtinCloudFormationValidation: config.target.kind === "aws",
});
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
new SluiceStack(app, "Sluice", { config, bundles });
