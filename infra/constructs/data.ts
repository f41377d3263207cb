/** Storage: the table, the documents with their batches, the vectors, and the event bus. */
import { Duration, RemovalPolicy } from "aws-cdk-lib";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as events from "aws-cdk-lib/aws-events";
import * as s3 from "aws-cdk-lib/aws-s3";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { uploadsPrefix } from "../../lambdas/records/objects/object-keys.ts";
import { coordinationTimeoutSeconds } from "../../lambdas/scheduling/limits.ts";
import type { Target } from "../config.ts";
import { explain } from "../explain.ts";

export const tenantIndex = "byTenant";

/** Six times the consumer's time-out, as Lambda recommends. */
const visibilitySeconds = 6 * coordinationTimeoutSeconds;

export class Data extends Construct {
  readonly table: dynamodb.Table;
  readonly documents: s3.Bucket;
  readonly vectors: s3.Bucket;
  readonly jobsQueue: sqs.Queue;
  readonly deadLetters: sqs.Queue;
  readonly bus: events.EventBus;

  constructor(scope: Construct, id: string, target: Target) {
    super(scope, id);
    // Data on an emulator is disposable; data in an account outlives its stack.
    const onAws = target.kind === "aws";
    const removalPolicy = onAws ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

    this.table = new dynamodb.Table(this, "Table", {
      partitionKey: { name: "pk", type: dynamodb.AttributeType.STRING },
      sortKey: { name: "sk", type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: "expiresAt",
      deletionProtection: onAws,
      removalPolicy,
    });
    this.table.addGlobalSecondaryIndex({
      indexName: tenantIndex,
      partitionKey: { name: "tenantPk", type: dynamodb.AttributeType.STRING },
      sortKey: { name: "jobId", type: dynamodb.AttributeType.STRING },
      projectionType: dynamodb.ProjectionType.ALL,
    });

    const bucket = {
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      // A first deployment that fails takes its empty buckets with it. The protected table stays.
      removalPolicy: onAws ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    } as const satisfies s3.BucketProps;
    this.documents = new s3.Bucket(this, "Documents", {
      ...bucket,
      lifecycleRules: [
        { prefix: uploadsPrefix, expiration: Duration.days(2) },
        // No retry is accepted later than two days before this (`retryableDays`), however often the
        // job failed.
        { expiration: Duration.days(60), abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      cors: [
        {
          // Browsers upload by a presigned PUT, which carries its own authorization.
          allowedMethods: [s3.HttpMethods.PUT],
          allowedOrigins: ["*"],
          allowedHeaders: ["content-type"],
          maxAge: 3_600,
        },
      ],
    });
    this.vectors = new s3.Bucket(this, "Vectors", {
      ...bucket,
      lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    });
    for (const kept of [this.documents, this.vectors]) {
      explain(
        kept,
        "AwsSolutions-S1",
        "Only the stack's functions reach these objects, each call is in their logs, and access logs would copy object names to a bucket that outlives them; an account that must audit switches CloudTrail data events on.",
      );
    }

    const queue = { encryption: sqs.QueueEncryption.SQS_MANAGED, enforceSSL: true } as const;
    this.deadLetters = new sqs.Queue(this, "DeadLetters", {
      ...queue,
      retentionPeriod: Duration.days(14),
    });
    this.jobsQueue = new sqs.Queue(this, "Jobs", {
      ...queue,
      visibilityTimeout: Duration.seconds(visibilitySeconds),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 5 },
    });

    this.bus = new events.EventBus(this, "Events", {
      description: "Sluice: job.completed, job.failed, job.cancelled",
    });
  }
}
