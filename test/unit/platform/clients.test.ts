import { createServer, type Server } from "node:http";
import { setTimeout as really } from "node:timers/promises";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { httpTimeoutSeconds } from "../../../lambdas/contract/limits.ts";
import type * as Clients from "../../../lambdas/platform/clients.ts";
import { closeAtOnce, listen } from "../../support/loopback.ts";
import { reaching, withEnvironment } from "../../support/process-environment.ts";

/** Takes every request and answers none. */
let silent: Server;
let address: string;
let requests = 0;
let clients: typeof Clients;
withEnvironment(async () => {
  silent = createServer(() => {
    requests += 1;
  });
  address = await listen(silent);
  return reaching(address);
});
beforeAll(async () => {
  clients = await import("../../../lambdas/platform/clients.ts");
});
afterAll(() => closeAtOnce(silent));
beforeEach(() => {
  requests = 0;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const get = new GetItemCommand({ TableName: "t", Key: { pk: { S: "a" } } });
const calls: Record<Exclude<keyof typeof Clients, "dynamoDbOnce">, () => Promise<unknown>> = {
  dynamoDb: () => clients.dynamoDb().send(get),
  eventBridge: () => clients.eventBridge().send(new PutEventsCommand({ Entries: [{}] })),
  lambda: () => clients.lambda().send(new InvokeCommand({ FunctionName: "f" })),
  secretsManager: () => clients.secretsManager().send(new GetSecretValueCommand({ SecretId: "s" })),
  secretsManagerIn: () =>
    clients.secretsManagerIn("eu-west-1").send(new GetSecretValueCommand({ SecretId: "s" })),
  stepFunctions: () =>
    clients.stepFunctions().send(new DescribeExecutionCommand({ executionArn: "arn:e" })),
  sqs: () =>
    clients.sqs().send(new SendMessageCommand({ QueueUrl: `${address}/q`, MessageBody: "m" })),
  s3: () => clients.s3().send(new GetObjectCommand({ Bucket: "b", Key: "k" })),
};

/** Each second a little in truth, for what goes over the wire. */
async function pass(seconds: number): Promise<void> {
  for (let i = 0; i < seconds; i++) {
    await really(5);
    await vi.advanceTimersByTimeAsync(1_000);
  }
  await really(20);
}

test.each(Object.entries(calls))(
  "%s tries again over another connection while a request still has time",
  async (_, call) => {
    const ended = call().catch(() => {});
    await pass(httpTimeoutSeconds - 1);
    expect(requests).toBeGreaterThan(1);
    await pass(60);
    await ended;
  },
);

test("what is not worth a second try is given up after a second", async () => {
  const [ended] = await Promise.allSettled([clients.dynamoDbOnce().send(get), pass(2)]);
  expect(ended).toMatchObject({ status: "rejected", reason: { name: "TimeoutError" } });
  expect(requests).toBe(1);
});
