/** What another CDK app may give to a deployment instead of letting it make its own. */
import type { ICertificate } from "aws-cdk-lib/aws-certificatemanager";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import type { ISecurityGroup, IVpc, SubnetSelection } from "aws-cdk-lib/aws-ec2";
import type { IEventBus } from "aws-cdk-lib/aws-events";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { ITopic } from "aws-cdk-lib/aws-sns";

export interface Surroundings {
  /**
   * A table with the keys `pk` and `sk`, the indexes `byTenant` (`tenantPk`, `jobId`; all attributes)
   * and `bySourceState` (`sourceState`, `sourceSince`; keys only), and time to live on `expiresAt`.
   * @default a new one
   */
  readonly table?: ITable;
  /** @default a new one, for texts and batches */
  readonly documentsBucket?: IBucket;
  /** @default a new one, for the vectors */
  readonly vectorsBucket?: IBucket;
  /** Receives `job.completed`, `job.failed` and `job.cancelled`. @default a new one */
  readonly eventBus?: IEventBus;
  /**
   * Its subnets must reach DynamoDB, S3, SQS, Step Functions, Lambda, EventBridge, Secrets Manager
   * and the model provider, and the issuer of callers' tokens, by endpoints or a NAT gateway. @default the functions run outside of any VPC
   */
  readonly vpc?: IVpc;
  /** @default the private subnets with egress */
  readonly vpcSubnets?: SubnetSelection;
  /** @default a new one that lets everything out and nothing in */
  readonly securityGroups?: readonly ISecurityGroup[];
  /** Encrypts the table, the buckets and the providers' keys. @default keys that AWS owns */
  readonly encryptionKey?: IKey;
  /** @default one month */
  readonly logRetention?: RetentionDays;
  /** Receives the alarms. @default a new one */
  readonly alarmTopic?: ITopic;
  /** The API's own domain; its DNS record is yours. @default only the domain of API Gateway */
  readonly domain?: { readonly name: string; readonly certificate: ICertificate };
  /** ARN of a regional web ACL of AWS WAF. @default none */
  readonly webAclArn?: string;
}
