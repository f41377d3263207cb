/** Turns the rights in a step's `function.ts` into grants. */
import { Aws } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import type { ModelRight } from "../../lambdas/models/provider.ts";
import type {
  FunctionSpec,
  ObjectAccess,
  TableAccess,
} from "../../lambdas/platform/deploy/function-spec.ts";
import { itemKinds } from "../../lambdas/platform/dynamodb/item-keys.ts";
import { jobsPrefix, uploadsPrefix } from "../../lambdas/records/objects/object-keys.ts";
import { explainWildcard } from "../explain.ts";
import { type Data, tenantIndex } from "./data.ts";
import type { DataBucket } from "./stored-data.ts";

const tableReads = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"];
const tableWrites = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"];

const objectActions: Record<ObjectAccess, readonly string[]> = {
  none: [],
  read: ["s3:GetObject"],
  offer: ["s3:PutObject"],
  write: ["s3:GetObject", "s3:PutObject"],
  remove: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
};

export function grantAccess(to: lambda.Function, spec: FunctionSpec, data: Data): void {
  grantItems(to, spec.table, data);
  if (spec.listsJobs) {
    allow(to, ["dynamodb:Query"], `${data.table.tableArn}/index/${tenantIndex}`);
  }
  grantObjects(to, data.documents, spec.documents, jobsPrefix);
  grantObjects(to, data.documents, spec.uploads ?? "none", uploadsPrefix);
  grantObjects(to, data.vectors, spec.vectors);
  if (spec.countsDeadLetters) {
    allow(to, ["sqs:GetQueueAttributes"], data.deadLetters.queueArn);
  }
  if (spec.queuesWebhooks) allow(to, ["sqs:SendMessage"], data.webhooks.queueArn);
  if (spec.wakes) allow(to, ["sqs:SendMessage"], data.jobsQueue.queueArn);
}

/** Reads and writes of the kinds of items that the step names, by their partition keys. */
function grantItems(to: lambda.Function, { reads = [], writes = [] }: TableAccess, data: Data) {
  const grants = [
    [tableReads, [...reads, ...writes]],
    [tableWrites, writes],
  ] as const;
  for (const [actions, kinds] of grants) {
    if (kinds.length === 0) continue;
    iam.Grant.addToPrincipal({
      grantee: to,
      actions: [...actions],
      resourceArns: [data.table.tableArn],
      conditions: {
        "ForAllValues:StringLike": {
          "dynamodb:LeadingKeys": kinds.flatMap((kind) => itemKinds[kind]),
        },
        // Without a key in the request, the condition above would hold.
        Null: { "dynamodb:LeadingKeys": "false" },
      },
    });
  }
}

/** What the model's provider says that its caller needs in AWS. */
export function grantModel(to: lambda.Function, rights: readonly ModelRight[]): void {
  for (const { actions, resources, onlyWith } of rights) {
    const conditions = onlyWith && {
      StringEquals: Object.fromEntries(
        Object.entries(onlyWith).map(([key, value]) => [key, deployed(value)]),
      ),
    };
    const resourceArns = resources.map(deployed);
    iam.Grant.addToPrincipal({
      grantee: to,
      actions: [...actions],
      resourceArns,
      ...(conditions === undefined ? {} : { conditions }),
    });
    for (const arn of resourceArns.filter((one) => one.includes("*"))) {
      explainWildcard(
        to.role ?? to,
        arn,
        "An inference profile calls its model in regions that it chooses; the condition admits calls through that profile only.",
      );
    }
  }
}

function deployed(arn: string): string {
  return arn
    .replaceAll("{partition}", Aws.PARTITION)
    .replaceAll("{region}", Aws.REGION)
    .replaceAll("{account}", Aws.ACCOUNT_ID);
}

/** @param prefix of the object keys @default "": the whole bucket */
function grantObjects(
  to: lambda.Function,
  bucket: DataBucket,
  access: ObjectAccess,
  prefix = "",
): void {
  if (access === "none") return;
  const objects = bucket.arnForObjects(`${prefix}*`);
  allow(to, objectActions[access], objects);
  // With the right to list, S3 responds with 404 instead of 403 for a missing object.
  if (access !== "offer") allow(to, ["s3:ListBucket"], bucket.bucketArn);
  explainWildcard(
    to.role ?? to,
    objects,
    "Object names hold ids of jobs and uploads, and the vector store's own file names, which are not known at deploy time.",
  );
}

function allow(grantee: iam.IGrantable, actions: readonly string[], resourceArn: string): void {
  if (actions.length === 0) return;
  iam.Grant.addToPrincipal({ grantee, actions: [...actions], resourceArns: [resourceArn] });
}
