/** The rights on the buckets that are sources. */
import { Aws } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import { type SourceConfig, sourcesSchema } from "../../../lambdas/contract/sources.ts";
import type { FunctionSpec } from "../../../lambdas/platform/deploy/function-spec.ts";
import type { Settings } from "../../../lambdas/platform/settings.ts";
import { explainWildcard } from "../../explain.ts";
import { type Data, sourceStateIndex } from "../data.ts";

/** The rights on the records of sources, and on exactly the named buckets and prefixes. */
export function grantSources(
  to: lambda.Function,
  access: NonNullable<FunctionSpec["sources"]>,
  settings: Settings,
  data: Data,
): void {
  allow(to, ["dynamodb:Query"], `${data.table.tableArn}/index/${sourceStateIndex}`);
  if (access === "names") return;
  for (const { bucket, prefix, attributes } of sourcesOf(settings)) {
    const arn = `arn:${Aws.PARTITION}:s3:::${bucket}`;
    const keys = `${inPolicy(prefix)}*`;
    const objects = `${arn}/${keys}`;
    allow(
      to,
      ["s3:ListBucket"],
      arn,
      prefix === "" ? undefined : { StringLike: { "s3:prefix": keys } },
    );
    allow(to, ["s3:GetObject"], objects);
    if (attributes === "tags") allow(to, ["s3:GetObjectTagging"], objects);
    explainWildcard(
      to.role ?? to,
      objects,
      "The objects of a source that the deployment's owner has named; their keys are not known at deploy time.",
    );
  }
}

/**
 * IAM refuses a policy with a character beyond U+00FF, and reads `${` as the beginning of a variable;
 * the CDK reads single brackets as its own. Wildcards stand for them in policies alone: the code
 * compares keys with the whole prefix.
 */
function inPolicy(prefix: string): string {
  return prefix.replaceAll(/[^\t\n\r\u0020-\u00ff]+/g, "*").replaceAll(/[[\](){}<>]/g, "?");
}

function allow(
  grantee: iam.IGrantable,
  actions: readonly string[],
  resourceArn: string,
  conditions?: Record<string, Record<string, unknown>>,
): void {
  iam.Grant.addToPrincipal({
    grantee,
    actions: [...actions],
    resourceArns: [resourceArn],
    ...(conditions === undefined ? {} : { conditions }),
  });
}

/** The setting was checked when it was read. */
export function sourcesOf({ SOURCES }: Settings): readonly SourceConfig[] {
  return sourcesSchema.parse(JSON.parse(SOURCES ?? "[]"));
}
