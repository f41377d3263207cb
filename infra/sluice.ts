/** Sluice as a construct, for any CDK app: `new Sluice(this, "Ingest", { settings: { … } })`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { environment } from "../lambdas/platform/environment.ts";
import type { StepBundles, StepCode } from "./bundling/bundle.ts";
import { readConfig } from "./config.ts";
import { Deployment, type DeploymentProps } from "./deployment.ts";
import { checkedConfig, type FileSettings } from "./settings/config-file.ts";

export type { FileSettings } from "./settings/config-file.ts";

export interface SluiceProps extends Omit<DeploymentProps, "config" | "bundles"> {
  /**
   * The settings of the README, without the prefix `SLUICE_`. Environment variables do not replace
   * them. Keys of providers are named by the ARNs of their secrets.
   * @default the defaults of all settings
   */
  readonly settings?: FileSettings;
}

/** The package holds the functions' code as it was tested, one archive for several of them. */
const bundlesFolder = join(import.meta.dirname, "..", "bundles");

/** Bounded, resumable document ingestion and search. With some 400 resources, one fits in a stack. */
export class Sluice extends Deployment {
  /** @throws InvalidSettingsError that names every invalid setting */
  constructor(scope: Construct, id: string, { settings = {}, ...props }: SluiceProps = {}) {
    const { AWS_ENDPOINT_URL } = environment;
    const name = "the settings of the construct";
    const config = readConfig({ AWS_ENDPOINT_URL }, checkedConfig(settings, name), undefined, name);
    super(scope, id, {
      name: Stack.of(scope).stackName,
      ...props,
      config,
      bundles: packedBundles(),
    });
  }
}

function packedBundles(): StepBundles {
  const file = join(bundlesFolder, "bundles.json");
  const bundles = JSON.parse(readFileSync(file, "utf8")) as Record<string, StepCode>;
  return Object.fromEntries(
    Object.entries(bundles).map(([step, code]) => [
      step,
      { ...code, archive: join(bundlesFolder, code.archive) },
    ]),
  ) as unknown as StepBundles;
}
