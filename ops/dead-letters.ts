/**
 * The queue of wake-ups that failed too often: lists them, and moves them back to the jobs queue.
 * It uses receive, send and delete, because not every emulator can move messages.
 */
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { Outputs } from "./deployed-stack.ts";

export interface DeadLetter {
  readonly id: string;
  readonly body: string;
  /** ISO 8601; when the wake-up was first sent. */
  readonly sentAt?: string;
}

export interface DeadLetterOptions {
  /** Maximum number of messages. */
  readonly limit: number;
  /** Whether each message moves back to the jobs queue. */
  readonly replay: boolean;
}

/** Hides a message from other readers for this long after it was read, in case this process dies. */
const holdSeconds = 60;
const batchSize = 10;

/**
 * Yields each message; with `replay`, after it was moved. Messages that were only read, or could
 * not be moved, become visible again at the end.
 */
export async function* deadLetters(
  sqs: SQSClient,
  { DeadLettersUrl, QueueUrl }: Pick<Outputs, "DeadLettersUrl" | "QueueUrl">,
  { limit, replay }: DeadLetterOptions,
): AsyncGenerator<DeadLetter> {
  const held = new Map<string, Message>();
  let count = 0;
  try {
    while (count < limit) {
      const batch = await receive(sqs, DeadLettersUrl, Math.min(batchSize, limit - count));
      for (const message of batch) held.set(message.MessageId ?? "", message);
      if (batch.length === 0) return;
      for (const message of batch) {
        count += 1;
        if (replay) {
          await move(sqs, message, DeadLettersUrl, QueueUrl);
          held.delete(message.MessageId ?? "");
        }
        yield view(message);
      }
    }
  } finally {
    await Promise.allSettled([...held.values()].map(putBack));
  }

  function putBack({ ReceiptHandle }: Message): Promise<unknown> {
    return sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: DeadLettersUrl,
        ReceiptHandle,
        VisibilityTimeout: 0,
      }),
    );
  }
}

async function receive(sqs: SQSClient, QueueUrl: string, count: number): Promise<Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: count,
      // A wait queries all of the queue's servers; without it, a response can be empty although the
      // queue is not.
      WaitTimeSeconds: 1,
      VisibilityTimeout: holdSeconds,
      MessageSystemAttributeNames: ["SentTimestamp"],
    }),
  );
  return Messages;
}

/** Sends first: a crash in between duplicates a wake-up, which is harmless, and never loses one. */
async function move(sqs: SQSClient, message: Message, from: string, to: string): Promise<void> {
  await sqs.send(new SendMessageCommand({ QueueUrl: to, MessageBody: message.Body }));
  await sqs.send(
    new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle: message.ReceiptHandle }),
  );
}

function view({ MessageId = "", Body = "", Attributes }: Message): DeadLetter {
  const sentMs = Number(Attributes?.SentTimestamp ?? Number.NaN);
  return {
    id: MessageId,
    body: Body,
    ...(Number.isFinite(sentMs) ? { sentAt: new Date(sentMs).toISOString() } : {}),
  };
}
