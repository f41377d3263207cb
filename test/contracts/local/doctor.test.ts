/** The command line's own calls to AWS, on a stack that has no more than they look at. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from "@aws-sdk/client-cloudformation";
import {
  CloudWatchClient,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import { PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import { checkStack } from "../../../cli/doctor/stack.ts";
import { type Outputs, readOutputs, stackName } from "../../../ops/deployed-stack.ts";
import { localClient } from "../../support/deployment/emulator.ts";
import { lines, sluiceBeside } from "../../support/deployment/sluice.ts";

const endpoint = inject("endpoint");
const local = localClient(endpoint);
const cloudFormation = new CloudFormationClient(local);
const cloudWatch = new CloudWatchClient(local);
const secrets = new SecretsManagerClient(local);
const sqs = new SQSClient(local);

const outputs = {
  ApiUrl: "https://api.example/v1",
  UsagePlanId: "plan",
  TableName: "table",
  QueueUrl: { Ref: "Jobs" },
  DeadLettersUrl: { Ref: "Dead" },
  StateMachineArn: "machine",
  EventBusName: "bus",
  DocumentsBucketName: "documents",
  VectorsBucketName: "vectors",
  LlmApiKeySecret: { Ref: "Key" },
};
const template = {
  Resources: {
    Jobs: { Type: "AWS::SQS::Queue" },
    Dead: { Type: "AWS::SQS::Queue" },
    // Without a value, as the deployment makes it.
    Key: { Type: "AWS::SecretsManager::Secret", Properties: {} },
  },
  Outputs: Object.fromEntries(Object.entries(outputs).map(([name, Value]) => [name, { Value }])),
};

let folder: string;
let stack: Outputs;

const problems = async () =>
  (await checkStack(local, true))
    .filter(({ verdict }) => verdict === "problem")
    .map(({ check, says }) => `${check}: ${says}`);

const untilStatus = (status: string) =>
  vi.waitFor(
    async () => {
      const { Stacks } = await cloudFormation.send(
        new DescribeStacksCommand({ StackName: stackName }),
      );
      expect(Stacks?.[0]?.StackStatus).toBe(status);
    },
    { timeout: 60_000, interval: 200 },
  );

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sluice-doctor-"));
  const file = { api_url: "http://127.0.0.1:9/v1", api_key: "key", endpoint };
  writeFileSync(join(folder, "local.json"), JSON.stringify(file));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await cloudFormation.send(new DeleteStackCommand({ StackName: stackName }));
});

test("without a stack the doctor finds that, and nothing else of it", async () => {
  expect(await problems()).toEqual([
    "stack: The stack Sluice does not exist, or its first deployment failed.",
  ]);
  const { status, err } = await sluiceBeside(folder, "dead-letters");
  expect([status, err]).toEqual([
    1,
    expect.stringContaining("not deployed in this account and region") as string,
  ]);
});

test("a stack that nobody finished has no key and no alarms, and the doctor says so", async () => {
  await cloudFormation.send(
    new CreateStackCommand({ StackName: stackName, TemplateBody: JSON.stringify(template) }),
  );
  await untilStatus("CREATE_COMPLETE");
  stack = (await readOutputs(cloudFormation))!;
  expect(await problems()).toEqual([
    "alarms: There are no alarms, so nobody is notified of problems.",
    "keys: The secret of SLUICE_LLM_API_KEY does not hold a key yet.",
  ]);
});

test("a stack with a key and alarms that somebody hears is well", async () => {
  await secrets.send(
    new PutSecretValueCommand({ SecretId: stack.LlmApiKeySecret, SecretString: "sk-key" }),
  );
  await cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName: `${stackName}-QueueFull`,
      AlarmDescription: "The runbook says what to do.",
      AlarmActions: ["arn:aws:sns:us-east-1:000000000000:alarms"],
      Namespace: "Sluice",
      MetricName: "QueueSize",
      Statistic: "Minimum",
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      TreatMissingData: "notBreaching",
    }),
  );
  expect(await problems()).toEqual([]);
});

test("an alarm that rings is a problem, and what it says is the fix", async () => {
  const ring = (StateValue: "ALARM" | "OK") =>
    cloudWatch.send(
      new SetAlarmStateCommand({
        AlarmName: `${stackName}-QueueFull`,
        StateValue,
        StateReason: "test",
      }),
    );
  await ring("ALARM");
  expect(await checkStack(local, true)).toContainEqual({
    check: "alarms",
    verdict: "problem",
    says: "Sluice-QueueFull is firing.",
    fix: "The runbook says what to do.",
  });
  await ring("OK");
});

test("nobody subscribed to an account's alarms is for a person to judge; on a laptop nobody need be", async () => {
  const checks = async (onLaptop: boolean) =>
    (await checkStack(local, onLaptop))
      .filter(({ verdict }) => verdict === "note")
      .map(({ check }) => check);
  expect([await checks(true), await checks(false)]).toEqual([[], ["listeners"]]);
});

test("dead letters are found by the doctor, listed, and sent again by the command line", async () => {
  const MessageBody = '{"wake":"job-1"}';
  await sqs.send(new SendMessageCommand({ QueueUrl: stack.DeadLettersUrl, MessageBody }));
  expect(await problems()).toEqual([expect.stringMatching(/^dead letters: 1 wake-ups/)]);
  const listed = await sluiceBeside(folder, "dead-letters", "--json");
  expect(lines(listed.out)).toMatchObject([{ body: MessageBody, replayed: false }]);
  const moved = await sluiceBeside(folder, "dead-letters", "--replay");
  expect([moved.status, moved.err]).toEqual([0, "Moved 1 back to the jobs queue.\n"]);
  expect(await problems()).toEqual([]);
});

test("a deployment that was rolled back is a problem, and the stack is worked on as before", async () => {
  const nobody = "arn:aws:lambda:us-east-1:000000000000:function:nobody";
  const Resources = {
    ...template.Resources,
    Fails: { Type: "Custom::Fails", Properties: { ServiceToken: nobody } },
  };
  await cloudFormation.send(
    new UpdateStackCommand({
      StackName: stackName,
      TemplateBody: JSON.stringify({ ...template, Resources }),
    }),
  );
  await untilStatus("UPDATE_ROLLBACK_COMPLETE");
  expect(await problems()).toEqual([
    "stack: The last deployment of Sluice failed (UPDATE_ROLLBACK_COMPLETE). The previous version is running.",
  ]);
  expect(await readOutputs(cloudFormation)).toEqual(stack);
});

test("where AWS does not answer, the doctor tells what it said", async () => {
  const nowhere = { ...localClient("http://127.0.0.1:9"), maxAttempts: 1 };
  const [finding, ...others] = await checkStack(nowhere, true);
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ check: "aws", verdict: "problem" });
  expect(finding?.says).toContain("ECONNREFUSED");
});
