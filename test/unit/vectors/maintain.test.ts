/** When the collection is merged: seldom enough that upkeep does not write it again and again. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type Table } from "@lancedb/lancedb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openStore } from "../../../lambdas/vectors/lancedb/connection.ts";
import type { LanceVectorStore } from "../../../lambdas/vectors/lancedb/lance-vector-store.ts";
import { lanceStoreOn } from "../../support/lance-store.ts";
import { documentOf, model, rowOf, rowsOf } from "../../support/vectors.ts";

const hourMs = 3_600_000;
/** When the collection is merged for the first time, and later the same day. */
let merged: number;
let sameDay: number;
let folder: string;
let store: LanceVectorStore;
let table: Table;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "maintain-"));
  store = lanceStoreOn(await openStore({ uri: folder }));
  await store.publish(documentOf({ documentId: "large" }), rowsOf(1_000), model);
  // Sees each commit at once.
  const connection = await connect(folder, { readConsistencyInterval: 0 });
  const [name] = await connection.tableNames();
  table = await connection.openTable(String(name));
  merged = Date.now();
  sameDay = merged + 12 * hourMs;
  await maintain(merged);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Of no other row. */
const apart = new Float32Array(model.dimensions).with(model.dimensions - 1, 1);
const publish = (name: string) =>
  store.publish(
    documentOf({ documentId: name }),
    [rowOf(0, `an antidisestablishmentarianism called ${name}`, { vector: apart })],
    model,
  );
const maintain = (nowMs: number) => store.maintain({ nowMs, budgetMs: 60_000 });
const files = async () => (await table.stats()).fragmentStats.numFragments;
const unindexed = async () => (await table.indexStats("passage_idx"))?.numUnindexedRows;

test("a few small publishes are not merged, and are found by words and by vector all the same", async () => {
  for (const name of ["first", "second", "third"]) await publish(name);
  const before = await table.version();
  await maintain(sameDay);
  expect(await table.version()).toBe(before);
  const query = { tenant: "acme", text: "antidisestablishmentarianism", limit: 3, filter: [] };
  for (const mode of ["text", "vector", "hybrid"] as const) {
    const hits = await store.search({ ...query, mode, vector: apart });
    const found = hits.map(({ documentId }) => documentId).toSorted();
    expect(found).toEqual(["first", "second", "third"]);
  }
});

test("publishes that add up to a tenth of the collection are merged", async () => {
  await store.publish(documentOf({ documentId: "tenth" }), rowsOf(100), model);
  await maintain(sameDay);
  expect(await unindexed()).toBe(0);
});

test("so are fifty of them, however small", async () => {
  for (let n = 1; n < 50; n++) await publish(`small-${n}`);
  expect(await files()).toBe(50);
  await maintain(sameDay);
  expect(await unindexed()).toBe(0);
  expect(await files()).toBeLessThan(3);
});

test("a day after the last merge whatever is new is merged, and versions older than a day go", async () => {
  await publish("only");
  await store.remove({ tenant: "acme", documentId: "only" });
  await publish("another");
  const before = (await table.listVersions()).length;
  await maintain(merged + 24 * hourMs - 1);
  expect(await unindexed()).toBe(1);
  // Versions bear the machine's time, all of them of today.
  await maintain(merged + 25 * hourMs);
  expect(await unindexed()).toBe(0);
  // The one that was merged, and what merging, indexing and noting made of it.
  expect((await table.listVersions()).length).toBeLessThan(Math.min(before, 5));
});

test("a merge that loses a race is made good by the next run, and then no more", async () => {
  await publish("only");
  const due = merged + 24 * hourMs;
  const optimize = vi.spyOn(Object.getPrototypeOf(table), "optimize");
  optimize.mockRejectedValueOnce(new Error("Retryable commit conflict for version 7"));
  expect(await maintain(due)).toMatchObject({ postponed: 1, failures: [] });
  optimize.mockRestore();
  expect(await unindexed()).toBe(1);
  await maintain(due + hourMs / 6);
  expect(await unindexed()).toBe(0);
  const version = await table.version();
  await maintain(due + hourMs / 3);
  expect(await table.version()).toBe(version);
});

test("where nothing ran for days the first run merges, whatever the hour", async () => {
  await publish("only");
  const midnight = merged - (merged % (24 * hourMs));
  await maintain(midnight + (9 * 24 + 15) * hourMs);
  expect(await unindexed()).toBe(0);
});
