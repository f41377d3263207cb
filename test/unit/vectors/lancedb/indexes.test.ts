/** The index of vectors, on a real table whose size is only said to be worth one. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, Index, type Table } from "@lancedb/lancedb";
import { afterEach, beforeEach, expect, test } from "vitest";
import { indexVectors, isCoarse } from "../../../../lambdas/vectors/lancedb/indexes.ts";
import { vectorNear } from "../../../bench/search/synthetic.ts";

const dimensions = 64;
const many = { rows: 1_000_000, dimensions };
let folder: string;
let table: Table;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "indexes-"));
  const connection = await connect(folder);
  const rows = Array.from({ length: 6_000 }, (_, key) => ({
    key,
    vector: [...vectorNear(key, dimensions)],
  }));
  table = await connection.createTable("t", rows);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const names = async () => (await table.listIndices()).map(({ name }) => name);

/** Of 40 queries, the share of the ten nearest that are found among 20 hits of the index. */
async function recall(): Promise<number> {
  let found = 0;
  for (let key = 0; key < 40; key++) {
    const near = () =>
      table
        .query()
        .nearestTo(vectorNear(7_919 * key, dimensions, 0.5))
        .distanceType("cosine");
    const keysOf = async (query: ReturnType<typeof near>) =>
      ((await query.select(["key", "_distance"]).toArray()) as { key: number }[]).map(
        (row) => row.key,
      );
    const right = new Set(await keysOf(near().bypassVectorIndex().limit(10)));
    const hits = await keysOf(near().limit(20).refineFactor(1));
    found += hits.slice(0, 10).filter((hit) => right.has(hit)).length;
  }
  return found / 400;
}

test("a collection gets one when it is large, which finds the nearest among few hits", async () => {
  await indexVectors(table, { rows: 1_000, dimensions });
  expect(await names()).toEqual([]);
  await indexVectors(table, many);
  expect(await names()).toEqual(["vector_4bit_idx"]);
  expect(await recall()).toBeGreaterThanOrEqual(0.98);
});

test("it takes the place of the coarser one that earlier code made", async () => {
  await table.createIndex("vector", {
    config: Index.ivfRq({ distanceType: "cosine" }),
    name: "vector_idx",
  });
  expect(await isCoarse(table)).toBe(true);
  await indexVectors(table, many);
  expect(await names()).toEqual(["vector_4bit_idx"]);
  expect(await isCoarse(table)).toBe(false);
});
