/** When the collection is merged: seldom enough that upkeep does not write it again and again. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Table } from "@lancedb/lancedb";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStore } from "../../../lambdas/adapters/lancedb/connection.ts";
import { LanceVectorStore } from "../../../lambdas/adapters/lancedb/vector-store.ts";
import { documentOf, model, rowOf, rowsOf } from "../../support/vectors.ts";

const noon = Date.UTC(2026, 0, 1, 12);
let folder: string;
let store: LanceVectorStore;
let table: Table;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "maintain-"));
  const connection = await openStore({ uri: folder });
  store = new LanceVectorStore(connection);
  await store.ensureCollection(model);
  table = await connection.openTable("chunks");
  await store.publish(documentOf({ documentId: "large" }), rowsOf(1_000));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Of no other row. */
const apart = new Float32Array(model.dimensions).with(model.dimensions - 1, 1);
const publish = (name: string) =>
  store.publish(documentOf({ documentId: name }), [
    rowOf(0, `an antidisestablishmentarianism called ${name}`, { vector: apart }),
  ]);
const files = async () => (await table.stats()).fragmentStats.numFragments;
const unindexed = async () => (await table.indexStats("text_idx"))?.numUnindexedRows;

test("a few small publishes are not merged, and are found by words and by vector all the same", async () => {
  for (const name of ["first", "second", "third"]) await publish(name);
  const before = await table.version();
  await store.maintain(noon);
  expect(await table.version()).toBe(before);
  const query = { tenant: "acme", text: "antidisestablishmentarianism", limit: 3, filter: [] };
  for (const mode of ["text", "vector", "hybrid"] as const) {
    const hits = await store.search({ ...query, mode, vector: apart });
    const found = hits.map(({ documentId }) => documentId).toSorted();
    expect(found).toEqual(["first", "second", "third"]);
  }
});

test("publishes that add up to a tenth of the collection are merged", async () => {
  await store.publish(documentOf({ documentId: "tenth" }), rowsOf(100));
  await store.maintain(noon);
  expect(await unindexed()).toBe(0);
});

test("so are fifty of them, however small", async () => {
  for (let n = 1; n < 50; n++) await publish(`small-${n}`);
  expect(await files()).toBe(50);
  await store.maintain(noon);
  expect(await unindexed()).toBe(0);
  expect(await files()).toBeLessThan(3);
});

test("the first run of a day merges whatever is new, and deletes versions older than a day", async () => {
  await publish("only");
  const before = (await table.listVersions()).length;
  const tomorrow = Date.now() - (Date.now() % 86_400_000) + 2 * 86_400_000;
  await store.maintain(tomorrow + 600_000);
  expect(await unindexed()).toBe(1);
  await store.maintain(tomorrow + 599_999);
  expect(await unindexed()).toBe(0);
  // The one that was merged, and what merging and indexing made of it.
  expect((await table.listVersions()).length).toBeLessThan(Math.min(before, 4));
});
