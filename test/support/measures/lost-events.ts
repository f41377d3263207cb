import { setTimeout as sleep } from "node:timers/promises";
import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";

/** Takes messages out of a queue before its consumer does: some are lost, others come twice. */
export async function loseAndRepeat(
  sqs: SQSClient,
  QueueUrl: string,
  { random, signal }: { readonly random: () => number; readonly signal: AbortSignal },
): Promise<{ readonly lost: number; readonly repeated: number }> {
  let [lost, repeated] = [0, 0];
  while (!signal.aborted) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 3 }),
    );
    for (const { Body: MessageBody, ReceiptHandle } of Messages) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      if (random() < 0.5) lost += 1;
      else {
        for (let copies = 0; copies < 2; copies++) {
          await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
        }
        repeated += 1;
      }
    }
    await sleep(300);
  }
  return { lost, repeated };
}
