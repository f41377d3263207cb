/** What each role of a template may do, in words: `s3:GetObject on Documents/*`. */
import { type Resource, referred, resourcesOf, type Synthesized } from "../template.ts";

export interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

export function statementsOf({ Properties }: Resource): readonly Statement[] {
  return (Properties["PolicyDocument"] as { Statement: Statement[] }).Statement;
}

export function listed<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

/** By the role's logical id. */
export function permissionsByRole(synthesized: Synthesized): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const [, policy] of resourcesOf(synthesized, "AWS::IAM::Policy")) {
    for (const role of listed(policy.Properties["Roles"]).map(referred)) {
      const permissions = found.get(role ?? "") ?? new Set();
      for (const { Effect, Action, Resource } of statementsOf(policy)) {
        for (const action of listed(Action)) {
          for (const resource of listed(Resource)) {
            const may = Effect === "Allow" ? "" : "not ";
            permissions.add(`${may}${action} on ${nameOf(resource)}`);
          }
        }
      }
      found.set(role ?? "", permissions);
    }
  }
  return found;
}

/** An ARN as a name: the resource's own id in the CDK app, and what follows it. */
function nameOf(arn: unknown): string {
  if (typeof arn === "string") return arn;
  const parts = (arn as { "Fn::Join"?: [string, unknown[]] })["Fn::Join"]?.[1] ?? [arn];
  return parts
    .map((part) => (typeof part === "string" ? part : shortName(referred(part) ?? "?")))
    .join("");
}

/** `DataDocumentsDACEAC53` → `Documents`: without the construct's path and CloudFormation's hash. */
function shortName(logicalId: string): string {
  return logicalId
    .replace(/[0-9A-F]{8}$/, "")
    .replace(/^(Data|FunctionsProviderKeys|Functions|Workflow|Observability)(?=\w)/, "");
}
