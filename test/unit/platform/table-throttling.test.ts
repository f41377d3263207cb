/** The table's client is real, and the service behind it answers what a test says. */
import { Readable } from "node:stream";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "vitest";
import { Table } from "../../../lambdas/platform/dynamodb/table.ts";

const key = { pk: "GATE", sk: "STATE" };
const change = { update: "SET #a = :one", values: { one: 1 } };

function tableThatAnswers(type: string): { table: Table; requests: () => number } {
  let requests = 0;
  const handle = async () => {
    requests += 1;
    const body = { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: "Slow down." };
    const headers = { "content-type": "application/x-amz-json-1.0" };
    const bytes = Readable.from([Buffer.from(JSON.stringify(body))]);
    return { response: { statusCode: 400, headers, body: bytes } };
  };
  const client = new DynamoDBClient({
    region: "eu-central-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    maxAttempts: 1,
    requestHandler: { handle },
  });
  return { table: new Table(client, "table"), requests: () => requests };
}

const requestsOf: Readonly<Record<string, (table: Table) => Promise<unknown>>> = {
  get: (table) => table.get(key),
  update: (table) => table.update(key, change),
  updateIf: (table) =>
    table.updateIf(key, { ...change, conditions: [{ expression: "attribute_exists(#pk)" }] }),
  put: (table) => table.put({ ...key, a: 1 }),
  delete: (table) => table.delete(key),
  query: (table) => table.query({ key: { expression: "#pk = :pk", values: { pk: "GATE" } } }),
  batchGet: (table) => table.batchGet([key]),
  updateTogether: (table) => table.updateTogether([{ key, ...change, conditions: [] }]),
};

describe.each(Object.entries(requestsOf))("a throttled %s", (_, request) => {
  test.each([
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
    "TransactionConflictException",
  ])("is an error that the state machine waits for: %s", async (type) => {
    const { table, requests } = tableThatAnswers(type);
    await expect(request(table)).rejects.toMatchObject({
      name: "TableThrottledError",
      treatment: "wait",
      cause: { name: type },
    });
    expect(requests()).toBe(1);
  });

  test("is told apart from a request that is wrong", async () => {
    const { table } = tableThatAnswers("ValidationException");
    await expect(request(table)).rejects.toMatchObject({ name: "ValidationException" });
  });
});
