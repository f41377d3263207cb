/** The stores of records on AWS. */
import { dynamoDb, s3 } from "../platform/clients.ts";
import { deployment } from "../platform/deployment.ts";
import { systemChance, systemClock } from "../platform/system-clock.ts";
import { DynamoAnswerStore } from "./answers/dynamodb-answer-store.ts";
import { DynamoKeyStore } from "./api-keys/dynamodb-key-store.ts";

import { DynamoPendingAttachments } from "./attachments/dynamodb-pending-attachments.ts";

import { DynamoBookmarks } from "./bookmarks/dynamodb-bookmarks.ts";
import { DynamoCollectionStore } from "./collections/dynamodb-collection-store.ts";

import { DynamoDocumentStore } from "./documents/dynamodb-document-store.ts";
import { DynamoErasures } from "./erasures/dynamodb-erasures.ts";
import { DynamoIdempotencyStore } from "./idempotency/dynamodb-idempotency-store.ts";
import { DynamoJobStore } from "./jobs/dynamodb/dynamodb-job-store.ts";
import { DynamoLeases } from "./leases/dynamodb-leases.ts";
import { S3Objects } from "./objects/s3-objects.ts";
import { DynamoReindexStore } from "./reindexes/dynamodb-reindex-store.ts";
import { S3Uploads } from "./uploads/s3-uploads.ts";

const { resource } = deployment;
const table = () => resource("TABLE_NAME");
export const jobs = () => new DynamoJobStore(dynamoDb(), table(), systemClock);
export const documents = () => new DynamoDocumentStore(dynamoDb(), table());
export const idempotency = () => new DynamoIdempotencyStore(dynamoDb(), table());
export const erasures = () => new DynamoErasures(dynamoDb(), table());
export const keys = () => new DynamoKeyStore(dynamoDb(), table());
export const leases = () => new DynamoLeases(dynamoDb(), table(), systemClock);
export const attachments = () => new DynamoPendingAttachments(dynamoDb(), table());
export const bookmarks = () => new DynamoBookmarks(dynamoDb(), table());
export const answers = () => new DynamoAnswerStore(dynamoDb(), table(), systemClock, systemChance);
export const collections = () => new DynamoCollectionStore(dynamoDb(), table());
export const reindexes = () => new DynamoReindexStore(dynamoDb(), table());
export const objects = () => new S3Objects(s3(), resource("BUCKET_NAME"));
export const uploads = () => new S3Uploads(s3(), resource("BUCKET_NAME"));
