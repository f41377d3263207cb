import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { DeliveryMessage, DeliveryQueue } from "./delivery-queue.ts";

/** The longest delay of a message in SQS. */
const maxDelaySeconds = 900;

export class SqsDeliveryQueue implements DeliveryQueue {
  readonly #client: SQSClient;
  readonly #queueUrl: string;

  constructor(client: SQSClient, queueUrl: string) {
    this.#client = client;
    this.#queueUrl = queueUrl;
  }

  async send(message: DeliveryMessage, delaySeconds: number): Promise<void> {
    const { tenant, deliveryId, attempts } = message;
    await this.#client.send(
      new SendMessageCommand({
        QueueUrl: this.#queueUrl,
        MessageBody: JSON.stringify({ tenant, deliveryId, attempts }),
        DelaySeconds: Math.min(maxDelaySeconds, Math.max(0, Math.ceil(delaySeconds))),
      }),
    );
  }
}
