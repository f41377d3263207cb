/** Webhooks on AWS. */
import { dynamoDb, sqs } from "../platform/clients.ts";
import { deployment } from "../platform/deployment.ts";
import { DynamoDeliveryStore } from "./dynamodb-delivery-store.ts";
import { DynamoWebhookSecrets } from "./dynamodb-webhook-secrets.ts";
import { HttpSender } from "./sending/http-sender.ts";
import { freshSecret } from "./signature.ts";
import { SqsDeliveryQueue } from "./sqs-delivery-queue.ts";

const { resource, settings } = deployment;
const table = () => resource("TABLE_NAME");
export const deliveries = () => new DynamoDeliveryStore(dynamoDb(), table());
export const secrets = () => new DynamoWebhookSecrets(dynamoDb(), table(), freshSecret);
export const deliveryQueue = () => new SqsDeliveryQueue(sqs(), resource("WEBHOOKS_QUEUE_URL"));
export const sender = () =>
  new HttpSender({ allowLoopback: settings.WEBHOOKS_ALLOW_LOOPBACK === "true" });
