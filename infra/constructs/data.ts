/** Storage: the table, the documents with their batches, the vectors, and the event bus. */
import { Duration, RemovalPolicy } from "aws-cdk-lib";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as events from "aws-cdk-lib/aws-events";
import type { IKey } from "aws-cdk-lib/aws-kms";
import * as s3 from "aws-cdk-lib/aws-s3";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { oldVersionDays, textDays } from "../../lambdas/contract/retention.ts";
import { uploadsPrefix } from "../../lambdas/records/objects/object-keys.ts";
import { coordinationTimeoutSeconds } from "../../lambdas/scheduling/limits.ts";
import { deliveryTimeoutSeconds } from "../../lambdas/webhooks/limits.ts";
import type { Config } from "../config.ts";
import { explain } from "../explain.ts";
import { Backup } from "./backup.ts";
import { givenName } from "./deployment-name.ts";
import type { DataBucket, DataTable } from "./stored-data.ts";
import type { Surroundings } from "./surroundings.ts";

export const tenantIndex = "byTenant";
export const sourceStateIndex = "bySourceState";

/** Six times the consumer's time-out, as Lambda recommends. */
const visibilitySeconds = 6 * coordinationTimeoutSeconds;

export class Data extends Construct {
  readonly table: DataTable;
  readonly documents: DataBucket;
  readonly vectors: DataBucket;
  readonly jobsQueue: sqs.Queue;
  readonly deadLetters: sqs.Queue;
  /** Messages of webhooks that the function could not handle. */
  readonly webhookDeadLetters: sqs.Queue;
  readonly webhooks: sqs.Queue;
  readonly bus: events.IEventBus;
  readonly #key: IKey | undefined;
  readonly #onAws: boolean;

  constructor(
    scope: Construct,
    id: string,
    { settings, target }: Config,
    given: Surroundings = {},
  ) {
    super(scope, id);
    this.#key = given.encryptionKey;
    this.#onAws = target.kind === "aws";
    const { EXISTING_TABLE, EXISTING_DOCUMENTS_BUCKET, EXISTING_VECTORS_BUCKET } = settings;
    this.table = given.table ?? this.#named("Table", EXISTING_TABLE) ?? this.#table();
    this.documents =
      given.documentsBucket ??
      this.#namedBucket("Documents", EXISTING_DOCUMENTS_BUCKET) ??
      this.#documents();
    this.vectors =
      given.vectorsBucket ??
      this.#namedBucket("Vectors", EXISTING_VECTORS_BUCKET) ??
      this.#vectors();
    if (settings.BACKUP === "daily" && this.#onAws) {
      new Backup(this, "Backup", [this.table], [this.documents, this.vectors]);
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

    this.webhookDeadLetters = new sqs.Queue(this, "WebhookDeadLetters", {
      ...queue,
      retentionPeriod: Duration.days(14),
    });
    this.webhooks = new sqs.Queue(this, "Webhooks", {
      ...queue,
      // Six times the consumer's time-out.
      visibilityTimeout: Duration.seconds(6 * deliveryTimeoutSeconds),
      deadLetterQueue: { queue: this.webhookDeadLetters, maxReceiveCount: 5 },
    });

    this.bus =
      given.eventBus ??
      // The CDK's classes are no instances of its interfaces for the strictest type checks.
      (new events.EventBus(this, "Events", {
        ...this.#busName(),
        description: "Sluice: job.completed, job.failed, job.cancelled",
      }) as events.IEventBus);
  }

  /**
   * The CDK names a bus by the ids of its constructs, which two stacks of another app can share. The
   * project's own stacks have ids of their own, and keep the names that their buses have.
   */
  #busName(): { readonly eventBusName?: string } {
    const name = givenName(this);
    return name === undefined ? {} : { eventBusName: `${name}-events` };
  }

  #named(id: string, name: string | undefined): DataTable | undefined {
    return name === undefined ? undefined : dynamodb.Table.fromTableName(this, id, name);
  }

  #namedBucket(id: string, name: string | undefined): DataBucket | undefined {
    return name === undefined ? undefined : s3.Bucket.fromBucketName(this, id, name);
  }

  #table(): dynamodb.Table {
    const table = new dynamodb.Table(this, "Table", {
      partitionKey: { name: "pk", type: dynamodb.AttributeType.STRING },
      sortKey: { name: "sk", type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: "expiresAt",
      ...(this.#key === undefined
        ? {}
        : { encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED, encryptionKey: this.#key }),
      deletionProtection: this.#onAws,
      removalPolicy: this.#onAws ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    table.addGlobalSecondaryIndex({
      indexName: tenantIndex,
      partitionKey: { name: "tenantPk", type: dynamodb.AttributeType.STRING },
      sortKey: { name: "jobId", type: dynamodb.AttributeType.STRING },
      projectionType: dynamodb.ProjectionType.ALL,
    });
    table.addGlobalSecondaryIndex({
      indexName: sourceStateIndex,
      partitionKey: { name: "sourceState", type: dynamodb.AttributeType.STRING },
      sortKey: { name: "sourceSince", type: dynamodb.AttributeType.STRING },
      projectionType: dynamodb.ProjectionType.KEYS_ONLY,
    });
    return table;
  }

  #documents(): s3.Bucket {
    return this.#bucket("Documents", {
      lifecycleRules: [
        { prefix: uploadsPrefix, expiration: Duration.days(2) },
        // No retry is accepted later than two days before this (`retryableDays`), however often the
        // job failed.
        {
          expiration: Duration.days(textDays),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      cors: [
        {
          // Browsers upload by a presigned PUT, which carries its own authorization. CORS_ORIGINS does
          // not apply: the console uploads too, and its address is not known before the bucket.
          allowedMethods: [s3.HttpMethods.PUT],
          allowedOrigins: ["*"],
          allowedHeaders: ["content-type"],
          maxAge: 3_600,
        },
      ],
    });
  }

  #vectors(): s3.Bucket {
    return this.#bucket("Vectors", {
      lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    });
  }

  #bucket(id: string, { lifecycleRules = [], ...props }: s3.BucketProps): s3.Bucket {
    const old = {
      noncurrentVersionExpiration: Duration.days(oldVersionDays),
      // What is left of a deleted object whose last version has expired.
      expiredObjectDeleteMarker: true,
    };
    const bucket = new s3.Bucket(this, id, {
      ...(this.#key === undefined
        ? { encryption: s3.BucketEncryption.S3_MANAGED }
        : {
            encryption: s3.BucketEncryption.KMS,
            encryptionKey: this.#key,
            // One call to KMS for many objects.
            bucketKeyEnabled: true,
          }),
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      // A first deployment that fails takes its empty buckets with it. The protected table stays.
      removalPolicy: this.#onAws ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
      // An emulator expires no versions, so they would fill the disk.
      versioned: this.#onAws,
      lifecycleRules: [...lifecycleRules, old],
      ...props,
    });
    explain(
      bucket,
      "AwsSolutions-S1",
      "Only the stack's functions reach these objects, each call is in their logs, and access logs would copy object names to a bucket that outlives them; an account that must audit switches CloudTrail data events on.",
    );
    return bucket;
  }
}
