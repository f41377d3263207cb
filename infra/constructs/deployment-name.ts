import { Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";

const contextKey = "sluice:name";

/** Before any part of the deployment is made: names of parts are made from it. */
export function nameDeployment(scope: Construct, name: string): void {
  scope.node.setContext(contextKey, name);
}

/** What the parts of a deployment are named by: its stack, unless the deployment has another name. */
export function deploymentName(scope: Construct): string {
  return givenName(scope) ?? Stack.of(scope).stackName;
}

/** The name of a construct in another app; the project's own stacks have none. */
export function givenName(scope: Construct): string | undefined {
  const name: unknown = scope.node.tryGetContext(contextKey);
  return typeof name === "string" ? name : undefined;
}
