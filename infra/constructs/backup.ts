/** Daily copies in AWS Backup, which outlive the table and the buckets. */
import { Aws, Fn, RemovalPolicy } from "aws-cdk-lib";
import * as backup from "aws-cdk-lib/aws-backup";
import * as iam from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { explain } from "../explain.ts";
import type { DataBucket, DataTable } from "./stored-data.ts";

/** What AWS maintains for copying and restoring; S3 has policies of its own. */
const policies = [
  "service-role/AWSBackupServiceRolePolicyForBackup",
  "service-role/AWSBackupServiceRolePolicyForRestores",
  "AWSBackupServiceRolePolicyForS3Backup",
  "AWSBackupServiceRolePolicyForS3Restore",
];

export class Backup extends Construct {
  constructor(
    scope: Construct,
    id: string,
    tables: readonly DataTable[],
    buckets: readonly DataBucket[],
  ) {
    super(scope, id);
    const role = new iam.Role(this, "Role", {
      assumedBy: new iam.ServicePrincipal("backup.amazonaws.com"),
      managedPolicies: policies.map((name) => iam.ManagedPolicy.fromAwsManagedPolicyName(name)),
    });
    for (const name of policies) {
      explain(
        role,
        `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${name}]`,
        "AWS Backup needs these rights to copy and restore, and AWS maintains the policy for it.",
      );
    }
    const plan = backup.BackupPlan.daily35DayRetention(this, "Plan", this.#vault());
    plan.addSelection("Data", {
      role,
      resources: [
        ...tables.map((table) => table.tableArn),
        ...buckets.map((one) => one.bucketArn),
      ].map((arn) => backup.BackupResource.fromArn(arn)),
      disableDefaultBackupPolicy: true,
    });
  }

  /**
   * The copies outlive the stack, and a vault's name belongs to it for as long as the vault exists.
   * The part of the stack's id gives the next stack of the same name a vault of its own.
   */
  #vault(): backup.BackupVault {
    const stackUuid = Fn.select(2, Fn.split("/", Aws.STACK_ID));
    return new backup.BackupVault(this, "Vault", {
      backupVaultName: `sluice-${stackUuid}`,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }
}
