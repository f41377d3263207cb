import { createServer } from "node:http";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { expect, onTestFinished, test } from "vitest";
import { localClient } from "../../../ops/aws-client-options.ts";
import { readOutputs } from "../../../ops/deployed-stack.ts";
import { closeAtOnce, listen } from "../../support/loopback.ts";

/** Of a deployment, by the names that the project's own stack gives them. */
const own = {
  ApiUrl: "https://abc.execute-api.eu-central-1.amazonaws.com/v1",
  UsagePlanId: "plan",
  TableName: "table",
  QueueUrl: "https://sqs/jobs",
  DeadLettersUrl: "https://sqs/dead",
  StateMachineArn: "arn:machine",
  EventBusName: "bus",
  DocumentsBucketName: "documents",
  VectorsBucketName: "vectors",
  Auth: "key",
};

async function outputsOf(all: Readonly<Record<string, string>>) {
  const members = Object.entries(all).map(
    ([key, value]) =>
      `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/xml" });
    response.end(
      `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>App</StackName><StackStatus>UPDATE_COMPLETE</StackStatus><Outputs>${members.join("")}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
    );
  });
  const endpoint = await listen(server);
  onTestFinished(() => closeAtOnce(server));
  return readOutputs(new CloudFormationClient(localClient(endpoint)), "App");
}

const ofConstruct = Object.fromEntries(
  Object.entries(own).map(([name, value]) => [`Ingest${name}0A1B2C3D`, value]),
);
/** Of the app in whose stack the construct is. */
const ofApp = {
  ApiUrl: "https://shop.example",
  OrdersQueueUrl: "https://sqs/orders",
  OrdersTableName: "orders",
  ShopTableName9F8E7D6C: "shop",
};

test("a stack of this project has its outputs by their names", async () => {
  expect(await outputsOf({ ...own, ApiId: "abc", NextStep: "…" })).toEqual(own);
});

test.each([
  ["before", { ...ofApp, ...ofConstruct }],
  ["after", { ...ofConstruct, ...ofApp }],
])("a construct's outputs are told from those of its app that stand %s them", async (_, all) => {
  expect(await outputsOf(all)).toEqual(own);
});
