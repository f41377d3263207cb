/** Breakers and leases that earlier code wrote: see `test/support/recorded.ts`. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { expect, inject, test } from "vitest";
import type { BreakerState } from "../../../lambdas/models/breaker/breaker-state.ts";
import { DynamoBreaker } from "../../../lambdas/models/breaker/dynamodb-breaker.ts";
import { DynamoLimiter } from "../../../lambdas/models/limiter/dynamodb-limiter.ts";
import { localClient } from "../../support/deployment/emulator.ts";
import { SeededChance } from "../../support/fakes/chance.ts";
import { StillClock } from "../../support/fakes/clock.ts";
import { putRecorded, recorded } from "../../support/recorded.ts";
import { newTable } from "../../support/table.ts";
import { breakerSettings } from "./breaker.contract.ts";

const client = new DynamoDBClient(localClient(inject("endpoint")));

test("recorded breakers are read as before", async () => {
  const table = await newTable(client);
  await putRecorded(client, table, "breakers");
  const clock = new StillClock();
  const chance = new SeededChance(clock, 1);
  const breaker = new DynamoBreaker(client, table, breakerSettings, { clock, chance });
  // The file holds the embeddings' breaker twice, open and then half open; the latter is stored.
  const stateOf = (name: string) =>
    recorded<BreakerState>("breakers").find((one) => one.name === name)?.read;
  expect(await breaker.read("llm")).toEqual(stateOf("two failures"));
  expect(await breaker.read("embeddings")).toEqual(stateOf("half open"));
});

test("a recorded lease still counts, until it expires", async () => {
  const table = await newTable(client);
  await putRecorded(client, table, "limiter");
  const clock = new StillClock();
  const limiter = new DynamoLimiter(client, table, clock);
  expect(await limiter.inUse("llm")).toBe(1);
  clock.skip(100_000);
  expect(await limiter.inUse("llm")).toBe(0);
});
