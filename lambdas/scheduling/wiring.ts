/** Gate, queue and workflow on AWS. */
import { dynamoDb, eventBridge, lambda, sqs, stepFunctions } from "../platform/clients.ts";
import { deployment } from "../platform/deployment.ts";
import { EventBridgeJobEvents } from "./finish/eventbridge-job-events.ts";
import { LambdaFinisher } from "./finish/lambda-finisher.ts";
import { DynamoGate } from "./gate/dynamodb-gate.ts";
import { LambdaReembedTrigger } from "./lambda-reembed-trigger.ts";
import { DynamoQueueWatch } from "./queue/dynamodb-queue-watch.ts";
import { SqsDeadLetters } from "./queue/sqs-dead-letters.ts";
import { SqsWakeQueue } from "./queue/sqs-wake-queue.ts";
import { StepFunctionsWorkflow } from "./step-functions-workflow.ts";

const { resource } = deployment;
const table = () => resource("TABLE_NAME");
export const gate = () => new DynamoGate(dynamoDb(), table());
export const watch = () => new DynamoQueueWatch(dynamoDb(), table());
export const deadLetters = () => new SqsDeadLetters(sqs(), resource("DEAD_LETTERS_URL"));
export const queue = () => new SqsWakeQueue(sqs(), resource("JOBS_QUEUE_URL"));
export const workflow = () =>
  new StepFunctionsWorkflow(stepFunctions(), resource("STATE_MACHINE_ARN"));
export const events = () => new EventBridgeJobEvents(eventBridge(), resource("EVENT_BUS_NAME"));
export const reembedTrigger = () =>
  new LambdaReembedTrigger(lambda(), resource("REEMBED_FUNCTION"));
export const finisher = () => new LambdaFinisher(lambda(), resource("FINISH_FUNCTION"));
