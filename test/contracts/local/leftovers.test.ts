/** What DynamoDB leaves over when it is throttled; the emulator never does, so it is made to. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { expect, inject, test } from "vitest";
import { DynamoAnswerStore } from "../../../lambdas/records/answers/dynamodb-answer-store.ts";
import { localClient } from "../../support/deployment/emulator.ts";
import { SeededChance } from "../../support/fakes/chance.ts";
import { SkippingClock } from "../../support/fakes/clock.ts";
import { newTable } from "../../support/table.ts";

interface BatchRead {
  readonly RequestItems?: Readonly<Record<string, { readonly Keys: readonly unknown[] }>>;
}

/** A client whose bulk reads answer so many keys at most, and leave the others. */
function throttled(keysAnswered: number): { client: DynamoDBClient; requests: () => number } {
  const client = new DynamoDBClient(localClient(inject("endpoint")));
  let requests = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      const [named] = Object.entries((args.input as BatchRead).RequestItems ?? {});
      if (named === undefined) return next(args);
      requests += 1;
      const [table, { Keys, ...rest }] = named;
      const part = (keys: readonly unknown[]) =>
        keys.length === 0 ? {} : { [table]: { ...rest, Keys: keys } };
      const left = part(Keys.slice(keysAnswered));
      if (keysAnswered === 0)
        return { response: {}, output: { $metadata: {}, UnprocessedKeys: left } };
      const result = await next({
        ...args,
        input: { ...args.input, RequestItems: part(Keys.slice(0, keysAnswered)) },
      });
      return { ...result, output: { ...result.output, UnprocessedKeys: left } };
    },
    { step: "initialize" },
  );
  return { client, requests: () => requests };
}

const keys = [...Array(150).keys()].map((i) => String(i).padStart(64, "0"));
const storeOn = (client: DynamoDBClient, table: string, clock = new SkippingClock()) => ({
  clock,
  store: new DynamoAnswerStore(client, table, clock, new SeededChance(clock, 1)),
});

test("answers that were left over are read again, after a wait, until none is", async () => {
  const { client, requests } = throttled(30);
  const { store, clock } = storeOn(client, await newTable(client));
  await Promise.all(keys.map((key, i) => store.write(key, Uint8Array.of(i))));
  const known = await store.readMany(keys);
  expect([...known.keys()].toSorted()).toEqual(keys);
  expect(requests()).toBe(4 + 2);
  expect(clock.sleptMs).toHaveLength(3 + 1);
});

test("a table that answers nothing is named, not waited for without end", async () => {
  const { client, requests } = throttled(0);
  const { store } = storeOn(client, await newTable(client));
  await expect(store.readMany(keys)).rejects.toThrow(
    /left 100 of 100 answers unread after 10 tries/,
  );
  expect(requests()).toBe(10);
});
