import { describe, expect, test } from "vitest";
import {
  jobDaysFromSubmission,
  oldVersionDays,
  retentionDays,
  retryableDays,
} from "../../lambdas/contract/retention.ts";
import { functions } from "../../lambdas/functions.ts";
import { statementsOf } from "../support/deployment/permissions.ts";
import { referred, resourcesOf, synthesize } from "../support/template.ts";

const aws = synthesize("aws");
const emulator = synthesize("emulator");

describe("the table", () => {
  const tables = resourcesOf(aws, "AWS::DynamoDB::Table");
  const [[, table] = []] = tables;

  test("is paid by use, and is the only one", () => {
    expect(tables).toHaveLength(1);
    expect(table?.Properties["BillingMode"]).toBe("PAY_PER_REQUEST");
  });

  test("can be restored to any second, and cannot be deleted by mistake", () => {
    expect(table).toMatchObject({
      Properties: {
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        DeletionProtectionEnabled: true,
      },
      DeletionPolicy: "Retain",
      UpdateReplacePolicy: "Retain",
    });
  });

  test("forgets items by the attribute that the adapters write", () => {
    expect(table?.Properties["TimeToLiveSpecification"]).toEqual({
      AttributeName: "expiresAt",
      Enabled: true,
    });
  });
});

describe("buckets", () => {
  const buckets = resourcesOf(aws, "AWS::S3::Bucket");
  const ruleOf = (name: string) =>
    buckets.find(([id]) => id.startsWith(`Data${name}`))?.[1].Properties[
      "LifecycleConfiguration"
    ] as { Rules: { Prefix?: string; ExpirationInDays?: number }[] } | undefined;

  test.each(buckets)("%s is private, encrypted, and outlives the stack", (_id, bucket) => {
    expect(bucket).toMatchObject({
      Properties: {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            { ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } },
          ],
        },
      },
      // Only a first deployment that fails takes them with it.
      DeletionPolicy: "RetainExceptOnCreate",
      UpdateReplacePolicy: "Retain",
    });
  });

  test("there are two: texts with their batches, and vectors", () => {
    expect(buckets).toHaveLength(2);
  });

  test("texts and batches go, but never before the last retry of their job has run", () => {
    const rules = ruleOf("Documents")?.Rules ?? [];
    const [whole] = rules.filter(
      ({ Prefix, ExpirationInDays }) => Prefix === undefined && ExpirationInDays !== undefined,
    );
    // A first end may be retried as long as its job is kept; the last retry has two days to wait and run.
    expect(retryableDays).toBeGreaterThan(retentionDays + 14);
    expect(whole?.ExpirationInDays).toBeGreaterThanOrEqual(retryableDays + 2);
    // A removal finds the text of a version by its job, so no job may go first.
    expect(whole?.ExpirationInDays).toBeLessThan(jobDaysFromSubmission);
    const [uploads] = rules.filter(({ Prefix }) => Prefix === "uploads/");
    expect(uploads?.ExpirationInDays).toBe(2);
  });

  test("vectors never expire", () => {
    const rules = ruleOf("Vectors")?.Rules ?? [];
    expect(rules).toHaveLength(2);
    for (const rule of rules) expect(rule).not.toHaveProperty("ExpirationInDays");
  });

  test.each(["Documents", "Vectors"])("%s keep what was replaced or deleted for a week", (name) => {
    const [, bucket] = buckets.find(([id]) => id.startsWith(`Data${name}`)) ?? [];
    expect(bucket?.Properties["VersioningConfiguration"]).toEqual({ Status: "Enabled" });
    expect(ruleOf(name)?.Rules).toContainEqual({
      ExpiredObjectDeleteMarker: true,
      NoncurrentVersionExpiration: { NoncurrentDays: oldVersionDays },
      Status: "Enabled",
    });
  });
});

test.each(["AWS::S3::Bucket", "AWS::SQS::Queue"])("each %s is spoken to by TLS only", (type) => {
  const policies = resourcesOf(aws, `${type}Policy`);
  const refused = policies.flatMap(([, policy]) =>
    statementsOf(policy)
      .filter(({ Effect, Condition }) => {
        const condition = JSON.stringify(Condition);
        return Effect === "Deny" && condition === '{"Bool":{"aws:SecureTransport":"false"}}';
      })
      .map(() =>
        referred(policy.Properties["Bucket"] ?? (policy.Properties["Queues"] as unknown[])[0]),
      ),
  );
  expect(new Set(refused)).toEqual(new Set(resourcesOf(aws, type).map(([id]) => id)));
});

describe("the jobs queue", () => {
  const [jobsId, jobs] =
    resourcesOf(aws, "AWS::SQS::Queue").find(([id]) => id.startsWith("DataJobs")) ?? [];
  const [lettersId, letters] =
    resourcesOf(aws, "AWS::SQS::Queue").find(([id]) => id.startsWith("DataDeadLetters")) ?? [];

  test("gives up a message after five tries, into a queue that keeps it longer", () => {
    expect(jobs?.Properties["RedrivePolicy"]).toEqual({
      deadLetterTargetArn: { "Fn::GetAtt": [lettersId, "Arn"] },
      maxReceiveCount: 5,
    });
    const fourDays = 345_600;
    expect(letters?.Properties["MessageRetentionPeriod"]).toBeGreaterThan(fourDays);
  });

  test("hides a message for six times as long as its consumer may take", () => {
    expect(jobs?.Properties["VisibilityTimeout"]).toBeGreaterThanOrEqual(
      6 * functions.dispatch.spec.timeoutSeconds,
    );
  });

  test("wakes at most two dispatches at once, which report what failed", () => {
    const mappings = resourcesOf(aws, "AWS::Lambda::EventSourceMapping")
      .map(([, { Properties }]) => Properties)
      .filter(({ EventSourceArn }) => referred(EventSourceArn) === jobsId);
    expect(mappings).toEqual([
      expect.objectContaining({
        EventSourceArn: { "Fn::GetAtt": [jobsId, "Arn"] },
        // The function's name, which is cut out of the alias's ARN, and the alias's name.
        FunctionName: {
          "Fn::Join": [
            "",
            [
              {
                "Fn::Select": [
                  6,
                  {
                    "Fn::Split": [
                      ":",
                      { Ref: expect.stringMatching(/^FunctionsdispatchLive/) as unknown },
                    ],
                  },
                ],
              },
              ":live",
            ],
          ],
        },
        ScalingConfig: { MaximumConcurrency: 2 },
        FunctionResponseTypes: ["ReportBatchItemFailures"],
      }),
    ]);
  });
});

test("on a laptop everything goes with the stack", () => {
  const policies = ["AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::ApiGateway::Account"]
    .flatMap((type) => resourcesOf(emulator, type))
    .map(([, { DeletionPolicy }]) => DeletionPolicy ?? "Delete");
  expect(policies).toEqual(["Delete", "Delete", "Delete", "Delete"]);
  const [[, table] = []] = resourcesOf(emulator, "AWS::DynamoDB::Table");
  expect(table?.Properties["DeletionProtectionEnabled"]).not.toBe(true);
});

describe("a table and buckets that exist", () => {
  const attached = synthesize("aws", {
    SLUICE_EXISTING_TABLE: "OldTable",
    SLUICE_EXISTING_DOCUMENTS_BUCKET: "old-documents",
    SLUICE_EXISTING_VECTORS_BUCKET: "old-vectors",
  });

  test("are used instead of new ones", () => {
    for (const type of ["AWS::DynamoDB::Table", "AWS::S3::Bucket"]) {
      expect(resourcesOf(attached, type)).toEqual([]);
    }
    const functions = resourcesOf(attached, "AWS::Lambda::Function");
    for (const [, { Properties }] of functions) {
      const { Variables } = Properties["Environment"] as { Variables: Record<string, unknown> };
      expect(Variables).toMatchObject({
        SLUICE_TABLE_NAME: "OldTable",
        SLUICE_BUCKET_NAME: "old-documents",
        SLUICE_VECTORS_BUCKET: "old-vectors",
      });
    }
  });

  test("are all that the steps may reach", () => {
    const policies = JSON.stringify(resourcesOf(attached, "AWS::IAM::Policy"));
    expect(policies).toContain(":table/OldTable");
    expect(policies).toContain("old-vectors/*");
  });
});

describe("daily backups", () => {
  const backed = synthesize("aws", { SLUICE_BACKUP: "daily" });

  test("copy the table and both buckets, if they are asked for", () => {
    const [[, selection] = []] = resourcesOf(backed, "AWS::Backup::BackupSelection");
    const { Resources = [] } = (selection?.Properties["BackupSelection"] ?? {}) as {
      Resources?: unknown[];
    };
    expect(Resources.map((one) => referred(one)?.slice(0, -8))).toEqual([
      "DataTable",
      "DataDocuments",
      "DataVectors",
    ]);
    const [[, plan] = []] = resourcesOf(backed, "AWS::Backup::BackupPlan");
    expect(JSON.stringify(plan)).toContain('"DeleteAfterDays":35');
    expect(JSON.stringify(aws.resources)).not.toContain("AWS::Backup");
  });

  test("go to a vault of this very stack, which outlives it and is in the way of no later one", () => {
    const [[vaultId, vault] = [], ...others] = resourcesOf(backed, "AWS::Backup::BackupVault");
    expect(others).toEqual([]);
    expect(vault).toMatchObject({
      Properties: {
        BackupVaultName: {
          "Fn::Join": [
            "",
            ["sluice-", { "Fn::Select": [2, { "Fn::Split": ["/", { Ref: "AWS::StackId" }] }] }],
          ],
        },
      },
      // A first deployment that fails takes it with it.
      DeletionPolicy: "RetainExceptOnCreate",
      UpdateReplacePolicy: "Retain",
    });
    const [[, plan] = []] = resourcesOf(backed, "AWS::Backup::BackupPlan");
    expect(JSON.stringify(plan)).toContain(`"TargetBackupVault":{"Fn::GetAtt":["${vaultId}"`);
  });
});
