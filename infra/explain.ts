import { Stack, Validations } from "aws-cdk-lib";
import { flattenCfnReference } from "cdk-nag/lib/utils/flatten-cfn-reference.js";
import type { IConstruct } from "constructs";

/** Accepts a finding of cdk-nag and records the reason. */
export function explain(
  construct: IConstruct,
  rule: `AwsSolutions-${string}`,
  reason: string,
): void {
  Validations.of(construct).acknowledge({ id: rule, reason });
}

/** Accepts one ARN with a wildcard in a role's policy: each finding of the rule is named separately. */
export function explainWildcard(role: IConstruct, arn: string, reason: string): void {
  const finding = flattenCfnReference(Stack.of(role).resolve(arn));
  explain(role, `AwsSolutions-IAM5[Resource::${finding}]`, reason);
}
