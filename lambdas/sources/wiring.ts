/** The stores of sources on AWS, and their buckets. */
import { dynamoDb, s3, sqs } from "../platform/clients.ts";
import { deployment } from "../platform/deployment.ts";
import { systemClock } from "../platform/system-clock.ts";
import { SqsWakeQueue } from "../scheduling/queue/sqs-wake-queue.ts";
import type { SourceBucket } from "./bucket.ts";
import { DynamoRecordStore } from "./dynamodb-record-store.ts";
import { DynamoSourceStore } from "./dynamodb-source-store.ts";
import { S3SourceBucket } from "./s3-source-bucket.ts";
import { type Source, sourcesOf } from "./source.ts";

const { resource, settings } = deployment;

export const configured = () => sourcesOf(settings);
export const records = () => new DynamoRecordStore(dynamoDb(), resource("TABLE_NAME"), systemClock);
export const sourceStates = () => new DynamoSourceStore(dynamoDb(), resource("TABLE_NAME"));
/** Wakes `feed`. */
export const hints = () => new SqsWakeQueue(sqs(), resource("SOURCE_HINTS_URL"));
export const bucketOf = ({ bucket }: Source): SourceBucket =>
  new S3SourceBucket(s3(), bucket, resource("BUCKET_NAME"));
