import { expect, test } from "vitest";
import { contextOf, openingOf } from "../../../../lambdas/records/jobs/chunk.ts";

const table = "| Name | Toll |\n| - | -: |";
const fence = "```ts";

test.each([
  ["a table's header under a path", { path: "Book: Tolls > 1904", context: table }, table],
  ["a table's header alone", { context: table }, table],
  ["a fence's first line under a path", { path: "Book", context: fence }, fence],
  ["nothing but a path", { path: "Book: Tolls > 1904" }, undefined],
  ["nothing", {}, undefined],
])("what stands above a chunk is found again: %s", (_, chunk, opening) => {
  expect(openingOf(contextOf(chunk))).toBe(opening);
});
