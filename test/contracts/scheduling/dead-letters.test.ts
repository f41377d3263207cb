import { randomUUID } from "node:crypto";
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { beforeEach, describe, expect, inject, test } from "vitest";
import { type DeadLetterOptions, deadLetters } from "../../../ops/dead-letters.ts";
import { localClient } from "../../support/deployment/emulator.ts";

const sqs = new SQSClient(localClient(inject("endpoint")));
const wakes = [...Array(12).keys()].map((i) => `{"wake":"job${i}-1"}`);

async function newQueue(): Promise<string> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: randomUUID() }));
  return QueueUrl!;
}

async function bodiesIn(QueueUrl: string): Promise<string[]> {
  const bodies: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return bodies.toSorted();
    bodies.push(...Messages.map(({ Body = "" }) => Body));
  }
}

describe("dead letters", () => {
  let queues: { DeadLettersUrl: string; QueueUrl: string };
  beforeEach(async () => {
    queues = { DeadLettersUrl: await newQueue(), QueueUrl: await newQueue() };
    for (const MessageBody of wakes) {
      await sqs.send(new SendMessageCommand({ QueueUrl: queues.DeadLettersUrl, MessageBody }));
    }
  });

  const seen = async (options: DeadLetterOptions, where = queues) => {
    const bodies: string[] = [];
    for await (const { body } of deadLetters(sqs, where, options)) bodies.push(body);
    return bodies.toSorted();
  };

  test("are listed, each once, and all are still there", async () => {
    expect(await seen({ limit: 100, replay: false })).toEqual(wakes.toSorted());
    expect(await seen({ limit: 3, replay: false })).toHaveLength(3);
    expect(await bodiesIn(queues.DeadLettersUrl)).toEqual(wakes.toSorted());
    expect(await bodiesIn(queues.QueueUrl)).toEqual([]);
  });

  test("go back to the jobs queue, as many as asked for, and none twice", async () => {
    const first = await seen({ limit: 5, replay: true });
    expect(first).toHaveLength(5);
    const rest = await seen({ limit: 100, replay: true });
    expect([...first, ...rest].toSorted()).toEqual(wakes.toSorted());
    expect(await bodiesIn(queues.DeadLettersUrl)).toEqual([]);
    expect(await bodiesIn(queues.QueueUrl)).toEqual(wakes.toSorted());
  });

  test("say when they were sent", async () => {
    const before = Date.now();
    for await (const { sentAt = "" } of deadLetters(sqs, queues, { limit: 1, replay: false })) {
      expect(Math.abs(Date.parse(sentAt) - before)).toBeLessThan(3_600_000);
    }
    expect.assertions(1);
  });

  test("that cannot be sent again stay where they are, for the next try at once", async () => {
    const gone = { ...queues, QueueUrl: `${queues.QueueUrl}-gone` };
    await expect(seen({ limit: 100, replay: true }, gone)).rejects.toThrow(/exist/);
    expect(await bodiesIn(queues.DeadLettersUrl)).toEqual(wakes.toSorted());
  });
});
