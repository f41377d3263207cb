import { beforeEach, expect, test } from "vitest";
import { RerankRefusedError } from "../../../../lambdas/models/rerank/reranker.ts";
import { RestingReranker } from "../../../../lambdas/models/rerank/resting-reranker.ts";
import { ManualClock } from "../../../support/fakes/clock.ts";

let clock: ManualClock;
let failure: Error | undefined;
let asked: number;
let reranker: RestingReranker;

beforeEach(() => {
  clock = new ManualClock();
  failure = undefined;
  asked = 0;
  const model = {
    score: () => {
      asked += 1;
      return failure === undefined ? Promise.resolve([1]) : Promise.reject(failure);
    },
  };
  reranker = new RestingReranker(model, clock);
});

const searches = async (count: number) => {
  for (let i = 0; i < count; i++) await reranker.score("x", ["a"]).catch(() => undefined);
  return asked;
};

test("is left alone for a minute after three failures in a row, then asked once", async () => {
  failure = new Error("timeout");
  expect(await searches(10)).toBe(3);
  clock.skip(59_999);
  expect(await searches(5)).toBe(3);
  clock.skip(1);
  expect(await searches(5)).toBe(4);
  clock.skip(60_000);
  failure = undefined;
  expect(await searches(5)).toBe(9);
  expect(await reranker.score("x", ["a"])).toEqual([1]);
});

test("counts failures in a row only, and none that speaks of the query alone", async () => {
  for (let round = 0; round < 5; round++) {
    failure = new RerankRefusedError(500);
    await searches(2);
    failure = undefined;
    await searches(1);
  }
  failure = new RerankRefusedError(422);
  expect(await searches(10)).toBe(25);
});

test("is left alone at once for as long as it asks", async () => {
  failure = new RerankRefusedError(429, 300_000);
  expect(await searches(5)).toBe(1);
  clock.skip(299_999);
  expect(await searches(5)).toBe(1);
  clock.skip(1);
  expect(await searches(5)).toBe(2);
});
