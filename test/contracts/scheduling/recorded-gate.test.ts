/** A gate that earlier code wrote: see `test/support/recorded.ts`. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { expect, inject, test } from "vitest";
import { DynamoGate } from "../../../lambdas/scheduling/gate/dynamodb-gate.ts";
import { localClient } from "../../support/deployment/emulator.ts";
import { putRecorded } from "../../support/recorded.ts";
import { newTable } from "../../support/table.ts";

const client = new DynamoDBClient(localClient(inject("endpoint")));

test("a recorded gate still holds its jobs and its pause", async () => {
  const table = await newTable(client);
  await putRecorded(client, table, "gate");
  const gate = new DynamoGate(client, table);
  expect(await gate.read()).toMatchObject({
    admitted: new Set([
      "01JH0000000000000000000001-1",
      "01JH0000000000000000000003-1",
      "01JH0000000000000000000014-2",
    ]),
    active: new Set(["01JH0000000000000000000003-1"]),
    paused: { since: "2026-01-01T00:00:30.000Z", reason: "new keys" },
  });
  await gate.release("01JH0000000000000000000001-1");
  expect((await gate.read()).admitted.size).toBe(2);
});
