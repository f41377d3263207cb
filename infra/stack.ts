import { Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { StepBundles } from "./bundling/bundle.ts";
import type { Config } from "./config.ts";
import { Deployment } from "./deployment.ts";

export interface SluiceStackProps {
  readonly config: Config;
  readonly bundles: StepBundles;
}

/** One deployment in a stack of its own: one user of the construct. */
export class SluiceStack extends Stack {
  constructor(scope: Construct, id: string, props: SluiceStackProps) {
    super(scope, id, { description: "Sluice: bounded, resumable document ingestion" });
    // The CDK leaves this id out of all names, so resources are named as if they stood in the stack.
    new Deployment(this, "Default", props);
  }
}
