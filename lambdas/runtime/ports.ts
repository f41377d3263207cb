/** The ports on AWS, by the names under which the steps ask for them. */

import { SqsDeadLetters } from "../adapters/aws/dead-letters.ts";
import { DynamoAnswerStore } from "../adapters/aws/dynamodb/answer-store.ts";
import { DynamoDocumentStore } from "../adapters/aws/dynamodb/document-store.ts";
import { DynamoGate } from "../adapters/aws/dynamodb/gate.ts";
import { DynamoIdempotencyStore } from "../adapters/aws/dynamodb/idempotency-store.ts";
import { DynamoJobStore } from "../adapters/aws/dynamodb/job-store.ts";
import { DynamoKeyStore } from "../adapters/aws/dynamodb/key-store.ts";
import { DynamoLeases } from "../adapters/aws/dynamodb/leases.ts";
import { DynamoLedger } from "../adapters/aws/dynamodb/ledger.ts";
import { DynamoLimiter } from "../adapters/aws/dynamodb/limiter.ts";
import { DynamoQueueWatch } from "../adapters/aws/dynamodb/queue-watch.ts";
import { DynamoTallyStore } from "../adapters/aws/dynamodb/tally-store.ts";
import { EmbeddedMetrics } from "../adapters/aws/embedded-metrics.ts";
import { LambdaFinisher } from "../adapters/aws/finisher.ts";
import { EventBridgeJobEvents } from "../adapters/aws/job-events.ts";
import { S3Objects } from "../adapters/aws/objects.ts";
import { LambdaQueryEmbedder } from "../adapters/aws/query-embedder.ts";
import { S3Uploads } from "../adapters/aws/uploads.ts";
import { SqsWakeQueue } from "../adapters/aws/wake-queue.ts";
import { StepFunctionsWorkflow } from "../adapters/aws/workflow.ts";
import { dynamoDb, dynamoDbOnce, eventBridge, lambda, s3, sqs, stepFunctions } from "./clients.ts";
import { systemChance, systemClock } from "./clock.ts";
import { deployment } from "./deployment.ts";
import { log } from "./log.ts";

const { resource } = deployment;
const table = () => resource("TABLE_NAME");

export const gate = () => new DynamoGate(dynamoDb(), table());
export const jobs = () => new DynamoJobStore(dynamoDb(), table(), systemClock);
export const documents = () => new DynamoDocumentStore(dynamoDb(), table());
export const idempotency = () => new DynamoIdempotencyStore(dynamoDb(), table());
export const keys = () => new DynamoKeyStore(dynamoDb(), table());
export const leases = () => new DynamoLeases(dynamoDb(), table(), systemClock);
export const limiter = () => new DynamoLimiter(dynamoDb(), table(), systemClock, systemChance);
export const answers = () => new DynamoAnswerStore(dynamoDb(), table(), systemClock, systemChance);

export const ledger = () => new DynamoLedger(dynamoDb(), table());
export const watch = () => new DynamoQueueWatch(dynamoDb(), table());

export const metrics = () => new EmbeddedMetrics(resource("STACK_NAME"));
export const tallies = () =>
  new DynamoTallyStore(dynamoDbOnce(), table(), systemChance, (lost, error) =>
    log.warn("not counted", { lost, error: error as Error }),
  );
export const deadLetters = () => new SqsDeadLetters(sqs(), resource("DEAD_LETTERS_URL"));

export const objects = () => new S3Objects(s3(), resource("BUCKET_NAME"));
export const uploads = () => new S3Uploads(s3(), resource("BUCKET_NAME"));
export const queue = () => new SqsWakeQueue(sqs(), resource("JOBS_QUEUE_URL"));
export const workflow = () =>
  new StepFunctionsWorkflow(stepFunctions(), resource("STATE_MACHINE_ARN"));
export const events = () => new EventBridgeJobEvents(eventBridge(), resource("EVENT_BUS_NAME"));
export const finisher = () => new LambdaFinisher(lambda(), resource("FINISH_FUNCTION"));
export const queryEmbedder = () => new LambdaQueryEmbedder(lambda(), resource("EMBED_FUNCTION"));
