/** Whose turn it is when there are more tenants than a run of `maintain` has time for. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Connection, Table } from "@lancedb/lancedb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openStore } from "../../../lambdas/vectors/lancedb/connection.ts";
import { LanceVectorStore } from "../../../lambdas/vectors/lancedb/lance-vector-store.ts";
import { maintain } from "../../../lambdas/vectors/maintain/maintain.ts";
import { ManualClock } from "../../support/fakes/clock.ts";
import { MemoryBookmarks } from "../../support/fakes/records/bookmarks.ts";
import { MemoryCollectionStore } from "../../support/fakes/records/collection-store.ts";
import { MemoryLeases } from "../../support/fakes/records/leases.ts";
import { documentOf, model, rowsOf } from "../../support/vectors.ts";

const tenants = ["acme", "globex", "hooli", "initech", "umbrella"];
let folder: string;
let connection: Connection;
let clock: ManualClock;
let store: LanceVectorStore;
let bookmarks: MemoryBookmarks;
/** Tables that were merged, in order. */
let merged: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "turns-"));
  clock = new ManualClock();
  bookmarks = new MemoryBookmarks();
  connection = await openStore({ uri: folder });
  store = new LanceVectorStore(
    connection,
    new MemoryLeases(clock),
    new MemoryCollectionStore(),
    clock,
  );
  for (const tenant of tenants) await store.publish(documentOf({ tenant }), rowsOf(1), model);
  merged = [];
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const names = async () => (await connection.tableNames()).toSorted();

/** Each table takes so much of the run's 150 s; `breaks` throws at one of them. */
async function takes(seconds: number, breaks?: string): Promise<void> {
  const table = await connection.openTable(String((await names())[0]));
  const ofAll = Object.getPrototypeOf(table) as Table;
  vi.spyOn(ofAll, "optimize").mockImplementation(function (this: Table) {
    merged.push(this.name);
    clock.skip(seconds * 1_000);
    if (this.name === breaks) return Promise.reject(new Error("A file is missing."));
    return Promise.resolve({} as never);
  });
}

const run = () => maintain({ vectors: store, bookmarks, clock });
/** Old enough to be merged again. */
const nextDay = () => clock.skip(25 * 3_600_000);

test("runs go round all tenants, each from where the one before stopped", async () => {
  await takes(60);
  // Three of them begin within the time of a run.
  for (let day = 0; day < 5; day++) {
    await run();
    nextDay();
  }
  const all = await names();
  expect(merged).toEqual([...all, ...all, ...all]);
});

test("a run with time for all looks at each tenant once", async () => {
  await takes(1);
  await run();
  nextDay();
  await run();
  const all = await names();
  expect(merged).toEqual([...all, ...all]);
});

test("a tenant that came while the round was on has its turn in it", async () => {
  await takes(60);
  await run();
  await store.publish(documentOf({ tenant: "late" }), rowsOf(1), model);
  await run();
  await run();
  expect(new Set(merged)).toEqual(new Set(await names()));
});

test("a collection that cannot be kept up is reported, and stops none of the others", async () => {
  const all = await names();
  await takes(60, all[1]);
  const reported = "Collections that could not be kept up: 1. The first: Error: A file is missing.";
  await expect(run()).rejects.toThrow(reported);
  await expect(run()).rejects.toThrow(reported);
  expect(new Set(merged)).toEqual(new Set(all));
});
