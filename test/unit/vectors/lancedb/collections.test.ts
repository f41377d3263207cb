/** How a tenant comes to a table of its own, also out of the one that all shared before. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Connection, Index, type Table } from "@lancedb/lancedb";
import { Field, FixedSizeList, Float32, Int32, List, Schema, Utf8 } from "apache-arrow";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { StoreConflictError } from "../../../../lambdas/records/documents/store-conflict.ts";
import { openStore } from "../../../../lambdas/vectors/lancedb/connection.ts";
import { LanceVectorStore } from "../../../../lambdas/vectors/lancedb/lance-vector-store.ts";
import { ownFieldColumns } from "../../../../lambdas/vectors/lancedb/own-fields.ts";
import { ManualClock } from "../../../support/fakes/clock.ts";
import { MemoryCollectionStore } from "../../../support/fakes/records/collection-store.ts";
import { MemoryLeases } from "../../../support/fakes/records/leases.ts";
import { lanceStoreOn } from "../../../support/lance-store.ts";
import { documentOf, model, rowsOf, unitVector } from "../../../support/vectors.ts";

let folder: string;
let connection: Connection;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "collections-"));
  connection = await openStore({ uri: folder });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const page = { from: 0, limit: 99, vectors: true };

test("a table whose files were deleted has no chunks, and the next publish makes it anew", async () => {
  const store = lanceStoreOn(connection);
  const document = documentOf({ documentId: "kept" });
  await store.publish(document, rowsOf(3), model);
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  expect(await store.chunks(document, page)).toEqual([]);
  await store.publish(document, rowsOf(2), model);
  expect(await store.chunks(document, page)).toHaveLength(2);
});

describe("the first publish of a tenant", () => {
  test("waits while another makes the collection, gives up after a while, and leaves no lease", async () => {
    const clock = new ManualClock();
    const leases = new MemoryLeases(clock);
    const taken: string[] = [];
    const acquire = leases.acquire.bind(leases);
    leases.acquire = (name, holder, leaseMs) => {
      taken.push(name);
      return acquire(name, holder, leaseMs);
    };
    const store = new LanceVectorStore(connection, leases, new MemoryCollectionStore(), clock);
    await store.publish(documentOf({ tenant: "first" }), rowsOf(1), model);
    const [lease] = taken;
    expect(await acquire(String(lease), "next", 1)).toBe("granted");

    leases.acquire = () => Promise.resolve("busy");
    const publish = clock.during(store.publish(documentOf(), rowsOf(1), model));
    await expect(publish).rejects.toThrow(StoreConflictError);
    leases.acquire = acquire;
    await clock.during(store.publish(documentOf(), rowsOf(1), model));
    expect(await store.chunks(documentOf(), page)).toHaveLength(1);
  });

  test("creates a table of which a maker left a file, but no version", async () => {
    await lanceStoreOn(connection).publish(documentOf(), rowsOf(1), model);
    const [name] = await connection.tableNames();
    const table = join(folder, `${name}.lance`);
    rmSync(table, { recursive: true });
    mkdirSync(join(table, "data"), { recursive: true });
    writeFileSync(join(table, "data", "left.lance"), "");
    const store = lanceStoreOn(await openStore({ uri: folder }));
    expect(await store.chunks(documentOf(), page)).toEqual([]);
    await store.publish(documentOf(), rowsOf(2), model);
    expect(await store.chunks(documentOf(), page)).toHaveLength(2);
  });

  test("begins anew what a maker left that died: until then nobody reads it", async () => {
    const any = await connection.createEmptyTable("any", new Schema([]));
    const ofAll = Object.getPrototypeOf(any) as Table;
    const dies = vi.spyOn(ofAll, "createIndex").mockRejectedValueOnce(new Error("killed"));
    await expect(lanceStoreOn(connection).publish(documentOf(), rowsOf(5), model)).rejects.toThrow(
      "killed",
    );
    dies.mockRestore();
    const store = lanceStoreOn(connection);
    expect(await store.chunks(documentOf(), page)).toEqual([]);
    await store.maintain({ nowMs: Date.now(), budgetMs: 60_000 });
    await store.publish(documentOf(), rowsOf(2), model);
    expect(await store.chunks(documentOf(), page)).toHaveLength(2);
    const query = { tenant: "acme", mode: "text", text: "text", limit: 9, filter: [] } as const;
    expect(await store.search(query)).toHaveLength(2);
  });
});

describe("a table of an earlier version, without columns for own fields", () => {
  const custom = { status: "final" };
  const query = { tenant: "acme", mode: "text", text: "text", limit: 9 } as const;
  const filter = [{ field: "custom.status", op: "eq", value: "final" }] as const;
  const described = rowsOf(2).map(({ metadata, ...row }) =>
    metadata === undefined ? row : { ...row, metadata: { ...metadata, custom } },
  );

  beforeEach(async () => {
    await lanceStoreOn(connection).publish(documentOf(), described, model);
    const [name] = await connection.tableNames();
    const table = await connection.openTable(String(name));
    await table.dropColumns(Object.keys(ownFieldColumns));
  });

  test("has no passage with the value of an own field, but all others", async () => {
    const store = lanceStoreOn(connection);
    expect(await store.search({ ...query, filter })).toEqual([]);
    expect(await store.search({ ...query, filter: [] })).toHaveLength(2);
  });

  test("gets them by the next publish, also where two come at once", async () => {
    const publish = async (documentId: string) => {
      const store = lanceStoreOn(await openStore({ uri: folder }));
      const document = documentOf({ documentId });
      await store.publish(document, described, model).catch((error: unknown) => {
        // The step tries again what lost a race, and nothing else.
        if (!(error instanceof StoreConflictError)) throw error;
        return store.publish(document, described, model);
      });
    };
    await Promise.all([publish("new"), publish("other")]);
    const found = await lanceStoreOn(connection).search({ ...query, filter });
    expect(found.map((hit) => hit.documentId).toSorted()).toEqual(["new", "new", "other", "other"]);
  });
});

describe("a table that all tenants shared", () => {
  let shared: Table;

  /** As earlier versions of Sluice made and filled it. */
  beforeEach(async () => {
    const listOf = (type: Utf8 | Int32) => new List(new Field("item", type, true));
    const vector = new FixedSizeList(model.dimensions, new Field("item", new Float32(), true));
    const fields = [
      ...["tenant", "document_id"].map((name) => new Field(name, new Utf8(), false)),
      ...["chunk_index", "version", "start", "end"].map((n) => new Field(n, new Int32(), false)),
      new Field("text", new Utf8(), false),
      new Field("headings", listOf(new Utf8()), false),
      ...["title", "language", "metadata"].map((name) => new Field(name, new Utf8(), true)),
      new Field("attributes", new Utf8(), false),
      ...["names", "strings", "numbers", "booleans"].map(
        (name) =>
          new Field(
            `attribute_${name}`,
            listOf(name === "numbers" ? new Int32() : new Utf8()),
            false,
          ),
      ),
      new Field("vector", vector, false),
    ];
    const metadata = new Map([
      ["sluice:embedding_model", model.embeddingModel],
      ["sluice:dimensions", String(model.dimensions)],
    ]);
    shared = await connection.createEmptyTable("chunks", new Schema(fields, metadata));
    const row = (tenant: string, documentId: string, index: number) => ({
      tenant,
      document_id: documentId,
      chunk_index: index,
      version: 3,
      start: index * 10,
      end: index * 10 + 9,
      text: `passage ${index} of ${documentId}`,
      headings: ["Old"],
      title: "Title",
      language: "en",
      metadata: JSON.stringify(rowsOf(1)[0]?.metadata),
      attributes: JSON.stringify({ status: "final" }),
      attribute_names: ["status"],
      attribute_strings: ["final"],
      attribute_numbers: [null],
      attribute_booleans: [null],
      vector: [...unitVector(index)],
    });
    await shared.add(
      [0, 1, 2].flatMap((i) => [
        row("acme", "old", i),
        row("acme", "older", i),
        row("globex", "theirs", i),
      ]),
    );
    await shared.createIndex("text", { config: Index.fts(), name: "text_idx" });
  });

  const query = { tenant: "acme", text: "passage", limit: 9, vector: unitVector(1) } as const;
  const final = [{ field: "attributes.status", op: "eq", value: "final" }] as const;

  test("stays searchable until the tenant publishes, and after that as well", async () => {
    const store = lanceStoreOn(connection);
    const ask = async (filter: typeof final | []) =>
      Promise.all(
        (["vector", "text", "hybrid"] as const).map(async (mode) => {
          const hits = await store.search({ ...query, mode, filter });
          return hits.map((hit) => `${hit.documentId} ${hit.index}`).sort();
        }),
      );
    const old = ["old 0", "old 1", "old 2", "older 0", "older 1", "older 2"];
    const before = await store.chunks(documentOf({ documentId: "old" }), page);
    const ranges = [{ documentId: "old", version: 3, from: 1, to: 9 }];
    expect(before).toHaveLength(3);
    expect(before[0]).toMatchObject({ attributes: { status: "final" }, headings: ["Old"] });
    expect(await ask([])).toEqual([old, old, old]);
    expect(await ask(final)).toEqual([old, old, old]);
    expect(await store.ranges("acme", ranges)).toHaveLength(2);

    await store.publish(documentOf({ documentId: "older", version: 4 }), rowsOf(1), model);
    const now = old.slice(0, 3);
    expect(await ask(final)).toEqual([now, now, now]);
    expect(await store.chunks(documentOf({ documentId: "old" }), page)).toEqual(before);
    expect(await store.chunks(documentOf({ documentId: "older" }), page)).toHaveLength(1);
    expect(await store.ranges("acme", ranges)).toHaveLength(2);
    await store.remove(documentOf({ documentId: "old" }));
    expect(await ask(final)).toEqual([[], [], []]);
    expect(
      await store.chunks(documentOf({ tenant: "globex", documentId: "theirs" }), page),
    ).toHaveLength(3);
  });

  test("is still read if the move dies in the middle, and the next publish begins it anew", async () => {
    const dies = vi.spyOn(Object.getPrototypeOf(shared) as Table, "add");
    dies.mockRejectedValueOnce(new Error("killed"));
    const publish = () =>
      lanceStoreOn(connection).publish(documentOf({ documentId: "new" }), rowsOf(1), model);
    await expect(publish()).rejects.toThrow("killed");
    dies.mockRestore();
    const count = async () =>
      (await lanceStoreOn(connection).search({ ...query, mode: "vector", filter: [] })).length;
    expect(await count()).toBe(6);
    await publish();
    expect(await count()).toBe(7);
  });

  test("is moved tenant by tenant by maintenance, in the time that it has", async () => {
    const store = lanceStoreOn(connection);
    await store.maintain({ nowMs: Date.now(), budgetMs: 0 });
    expect(await connection.tableNames()).toEqual(["chunks"]);
    await store.maintain({ nowMs: Date.now(), budgetMs: 60_000 });
    expect(await connection.tableNames()).toHaveLength(3);
    expect(await store.search({ ...query, mode: "text", filter: final })).toHaveLength(6);
  });

  test("of another model is moved to a table of its own, beside one of the new model", async () => {
    const other = { ...model, embeddingModel: "another" };
    const store = lanceStoreOn(connection);
    await store.publish(documentOf({ documentId: "new" }), rowsOf(1), other);
    expect(await store.chunks(documentOf({ documentId: "new" }), page)).toHaveLength(1);
    const { total } = await store.outdated("acme", "another", 9);
    expect(total).toBeGreaterThan(0);
    await store.maintain({ nowMs: Date.now(), budgetMs: 60_000 });
    expect(await store.outdated("acme", "another", 9)).toMatchObject({ total });
  });
});
