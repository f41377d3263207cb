import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import type * as s3 from "aws-cdk-lib/aws-s3";

/** What the stack uses of its table and buckets, whether it made them or they existed. */
export type DataTable = Pick<dynamodb.ITable, "tableArn" | "tableName">;
export type DataBucket = Pick<
  s3.IBucket,
  "bucketArn" | "bucketName" | "arnForObjects" | "bucketRegionalDomainName"
>;
