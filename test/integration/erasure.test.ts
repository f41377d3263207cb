/** A document is removed; after the stated time its words are nowhere. */
import { DynamoDBClient, ScanCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetObjectCommand, paginateListObjectsV2, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type Client, createClient } from "../../cli/client.ts";
import { systemClock } from "../../lambdas/platform/system-clock.ts";
import { DynamoLeases } from "../../lambdas/records/leases/dynamodb-leases.ts";
import { openStore } from "../../lambdas/vectors/lancedb/connection.ts";
import { newKey } from "../support/deployment/app.ts";
import { localClient } from "../support/deployment/emulator.ts";
import { functionNames } from "../support/deployment/function-names.ts";
import { lanceStoreOn } from "../support/lance-store.ts";

const app = inject("app");
const local = localClient(app.endpoint);
const s3 = new S3Client({ ...local, forcePathStyle: true });
const table = new DynamoDBClient(local);
const lambda = new LambdaClient(local);
const TableName = app.outputs.TableName;
/** In no other text. */
const word = "zyxantheride";
const dayMs = 86_400_000;
let client: Client;

beforeAll(async () => {
  client = createClient({ ...app, apiKey: await newKey(app) });
  for (const name of ["kept", "removed"]) {
    const text = name === "kept" ? "A text about bridges." : `The ${word} blooms at night.`;
    const { job_id } = await client.ingest({ document_id: name, title: text, text });
    for await (const job of client.watch(job_id)) if (job.terminal) break;
  }
});
afterAll(() => {
  for (const one of [s3, table, lambda]) one.destroy();
});

async function objectsWithTheWord(): Promise<string[]> {
  const found: string[] = [];
  for (const Bucket of [app.outputs.DocumentsBucketName, app.outputs.VectorsBucketName]) {
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket })) {
      for (const { Key = "" } of Contents) {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
        const text = Buffer.from((await Body?.transformToByteArray()) ?? []).toString("latin1");
        if (text.includes(word)) found.push(Key);
      }
    }
  }
  return found;
}

async function itemsWithTheWord(): Promise<string[]> {
  const found: string[] = [];
  let ExclusiveStartKey: Record<string, never> | undefined;
  do {
    const page = await table.send(new ScanCommand({ TableName, ExclusiveStartKey }));
    for (const item of page.Items ?? []) {
      const bytes = Object.values(item).map((value) => (value.B ? Buffer.from(value.B) : ""));
      if ((JSON.stringify(item) + bytes.join(" ")).includes(word)) found.push(item["pk"]?.S ?? "");
    }
    ExclusiveStartKey = page.LastEvaluatedKey as typeof ExclusiveStartKey;
  } while (ExclusiveStartKey !== undefined);
  return found;
}

/** As if the removal had been an hour ago. */
async function moveRemovalBack(): Promise<void> {
  const { Items = [] } = await table.send(
    new ScanCommand({
      TableName,
      FilterExpression: "pk = :erasure",
      ExpressionAttributeValues: { ":erasure": { S: "ERASURE" } },
    }),
  );
  for (const { pk, sk } of Items) {
    await table.send(
      new UpdateItemCommand({
        TableName,
        Key: { pk: pk!, sk: sk! },
        UpdateExpression: "SET askedAtMs = :then",
        ExpressionAttributeValues: { ":then": { N: String(Date.now() - 3_600_000) } },
      }),
    );
  }
}

describe("the words of a removed document", () => {
  test("are in texts, batches, answers and rows while it is stored", async () => {
    expect((await objectsWithTheWord()).length).toBeGreaterThan(2);
    expect((await itemsWithTheWord()).length).toBeGreaterThan(1);
  });

  test("are in no bucket and no item after the hourly erasure and a day's upkeep", async () => {
    await client.removeDocument("removed");
    await moveRemovalBack();
    const { erase } = await functionNames(app.endpoint);
    const { FunctionError } = await lambda.send(new InvokeCommand({ FunctionName: erase }));
    expect(FunctionError).toBeUndefined();
    expect(await itemsWithTheWord()).toEqual([]);
    const uri = `s3://${app.outputs.VectorsBucketName}/vectors`;
    const store = lanceStoreOn(
      await openStore({ uri, ...local }),
      new DynamoLeases(table, TableName, systemClock),
    );
    await store.maintain({ nowMs: Date.now() + dayMs + 3_600_000, budgetMs: 60_000 });
    expect(await objectsWithTheWord()).toEqual([]);
  });

  test("go alone: other documents stay", async () => {
    const { results } = await client.search({ query: "bridges", limit: 5 });
    expect(results.map(({ document_id }) => document_id)).toEqual(["kept"]);
  });
});
