/** A table as the stack makes it, for one test: nothing another test does reaches it. */
import { randomUUID } from "node:crypto";
import { CreateTableCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";

export async function newTable(client: DynamoDBClient): Promise<string> {
  const TableName = `sluice-${randomUUID()}`;
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: ["pk", "sk", "tenantPk", "jobId", "sourceState", "sourceSince"].map(
        (name) => ({
          AttributeName: name,
          AttributeType: "S",
        }),
      ),
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: "byTenant",
          KeySchema: [
            { AttributeName: "tenantPk", KeyType: "HASH" },
            { AttributeName: "jobId", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "ALL" },
        },
        {
          IndexName: "bySourceState",
          KeySchema: [
            { AttributeName: "sourceState", KeyType: "HASH" },
            { AttributeName: "sourceSince", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "KEYS_ONLY" },
        },
      ],
    }),
  );
  return TableName;
}
