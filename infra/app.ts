/** The CDK app: `cdk synth`, `cdk deploy`. */
import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { InvalidSettingsError } from "../lambdas/domain/settings.ts";
import { environment } from "../lambdas/runtime/environment.ts";
import { bundleSteps } from "./bundle.ts";
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
const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
new SluiceStack(app, "Sluice", { config, bundles: bundleSteps() });
