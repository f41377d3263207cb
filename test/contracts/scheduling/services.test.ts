/** Objects, wake-ups and executions, each on its fake and on S3, SQS and Step Functions. */
import { randomUUID } from "node:crypto";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
} from "@aws-sdk/client-sfn";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, inject, test, vi } from "vitest";
import { attemptId } from "../../../lambdas/records/jobs/attempt.ts";
import { S3Objects } from "../../../lambdas/records/objects/s3-objects.ts";
import type { WakeQueue } from "../../../lambdas/scheduling/orchestration.ts";
import { SqsWakeQueue } from "../../../lambdas/scheduling/queue/sqs-wake-queue.ts";
import { StepFunctionsWorkflow } from "../../../lambdas/scheduling/step-functions-workflow.ts";
import { localClient } from "../../support/deployment/emulator.ts";
import { MemoryObjectStore } from "../../support/fakes/records/objects.ts";
import { MemoryWakeQueue } from "../../support/fakes/scheduling/wake-queue.ts";
import { MemoryWorkflow } from "../../support/fakes/scheduling/workflow.ts";
import { objectsContract } from "../records/objects.contract.ts";
import { failure, type WorkflowHarness, workflowContract } from "./workflow.contract.ts";

const local = localClient(inject("endpoint"));
const s3 = new S3Client({ ...local, forcePathStyle: true });
const sqs = new SQSClient(local);
const sfn = new SFNClient(local);

objectsContract("the fake", async () => new MemoryObjectStore());
objectsContract("S3", async () => {
  const Bucket = `objects-${randomUUID()}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
  return new S3Objects(s3, Bucket);
});

interface QueueHarness {
  readonly queue: WakeQueue;
  readonly received: (count: number) => Promise<string[]>;
}

const queues: Record<string, () => Promise<QueueHarness>> = {
  "the fake": async () => {
    const queue = new MemoryWakeQueue();
    return { queue, received: async () => queue.drain() };
  },
  SQS: async () => {
    const created = await sqs.send(new CreateQueueCommand({ QueueName: randomUUID() }));
    const QueueUrl = created.QueueUrl!;
    const received = async (count: number) => {
      const reasons: string[] = [];
      while (reasons.length < count) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 2 }),
        );
        if (Messages.length === 0) break;
        const bodies = Messages.map(({ Body }) => JSON.parse(Body ?? "") as { wake: string });
        reasons.push(...bodies.map(({ wake }) => wake));
      }
      return reasons;
    };
    return { queue: new SqsWakeQueue(sqs, QueueUrl), received };
  },
};

describe.each(Object.entries(queues))("wake-ups: %s", (_, open) => {
  test("each wake is one message, whatever its reason", async () => {
    const { queue, received } = await open();
    const reasons = ["01JH-1", "sweep", "sweep", 'a "quoted" reason\nGrüße 東京 😀'];
    await Promise.all(reasons.map((reason) => queue.wake(reason)));
    expect((await received(reasons.length)).toSorted()).toEqual(reasons.toSorted());
  });
});

const machine = {
  StartAt: "Course",
  States: {
    Course: {
      Type: "Choice",
      Choices: [
        { Variable: "$.jobId", StringMatches: "waits*", Next: "Wait" },
        { Variable: "$.jobId", StringMatches: "fails*", Next: "Fail" },
      ],
      Default: "Succeed",
    },
    Wait: { Type: "Wait", Seconds: 60, Next: "Wait" },
    Fail: { Type: "Fail", Error: failure.error, Cause: failure.cause },
    Succeed: { Type: "Succeed" },
  },
};

const workflows: Record<string, () => Promise<WorkflowHarness>> = {
  "the fake": async () => {
    const workflow = new MemoryWorkflow();
    return {
      workflow,
      settle: async (attempt) =>
        workflow.end(attemptId(attempt), attempt.jobId.startsWith("fails") ? failure : undefined),
      inputsOf: async (jobId) =>
        [...workflow.executions.values()]
          .map(({ attempt }) => attempt)
          .filter((attempt) => attempt.jobId === jobId),
    };
  },
  "Step Functions": async () => {
    const { stateMachineArn } = await sfn.send(
      new CreateStateMachineCommand({
        name: randomUUID(),
        definition: JSON.stringify(machine),
        roleArn: "arn:aws:iam::000000000000:role/any",
      }),
    );
    const workflow = new StepFunctionsWorkflow(sfn, stateMachineArn!);
    return {
      workflow,
      settle: (attempt) =>
        vi.waitFor(
          async () => {
            const { status } = await workflow.describe(attemptId(attempt));
            if (status === "running") throw new Error(`${attemptId(attempt)} still runs.`);
          },
          { timeout: 60_000, interval: 20 },
        ),
      inputsOf: async (jobId) => {
        const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
        const ofJob = executions.filter(({ name }) => name?.startsWith(`${jobId}-`));
        return Promise.all(
          ofJob.map(async ({ executionArn }) => {
            const { input } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
            return JSON.parse(input ?? "") as unknown;
          }),
        );
      },
    };
  },
};

for (const [name, open] of Object.entries(workflows)) workflowContract(name, open);
