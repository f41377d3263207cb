/** The stores, each on its fake and on DynamoDB. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { inject } from "vitest";
import { DynamoGate } from "../../lambdas/adapters/aws/dynamodb/gate.ts";
import { localClient } from "../support/emulator.ts";
import { MemoryGate } from "../support/fakes/gate.ts";
import { newTable } from "../support/table.ts";
import { gateContract } from "./gate.contract.ts";

const client = new DynamoDBClient(localClient(inject("endpoint")));

gateContract("the fake", async () => {
  const gate = new MemoryGate();
  return () => gate;
});
gateContract("DynamoDB", async () => {
  const table = await newTable(client);
  return () => new DynamoGate(client, table);
});
