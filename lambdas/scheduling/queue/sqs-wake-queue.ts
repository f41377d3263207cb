import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { WakeQueue } from "../orchestration.ts";

/** Wake-ups as messages of the jobs queue. */
export class SqsWakeQueue implements WakeQueue {
  readonly #client: SQSClient;
  readonly #queueUrl: string;

  constructor(client: SQSClient, queueUrl: string) {
    this.#client = client;
    this.#queueUrl = queueUrl;
  }

  async wake(reason: string): Promise<void> {
    await this.#client.send(
      new SendMessageCommand({
        QueueUrl: this.#queueUrl,
        MessageBody: JSON.stringify({ wake: reason }),
      }),
    );
  }
}
