import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStore } from "../../../../lambdas/vectors/lancedb/connection.ts";
import type { LanceVectorStore } from "../../../../lambdas/vectors/lancedb/lance-vector-store.ts";
import { lanceStoreOn } from "../../../support/lance-store.ts";
import { documentOf, model, rowsOf } from "../../../support/vectors.ts";

let folder: string;
let reader: LanceVectorStore;
let writer: LanceVectorStore;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "attributes-"));
  reader = lanceStoreOn(await openStore({ uri: folder }));
  writer = lanceStoreOn(await openStore({ uri: folder }));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const publish = (version: number, year: number) =>
  writer.publish(documentOf({ version, attributes: { year } }), rowsOf(3), model);
const years = async () => {
  const query = { tenant: "acme", mode: "text", text: "text", limit: 9, filter: [] } as const;
  const hits = await reader.search(query);
  return hits.map(({ version, attributes }) => [version, attributes["year"]]);
};
const all = (...of: [number, number]) => [of, of, of];

test("a search that met a document answers the attributes that it has now", async () => {
  await publish(1, 2020);
  expect(await years()).toEqual(all(1, 2020));
  expect(await years()).toEqual(all(1, 2020));
  await publish(2, 2021);
  expect(await years()).toEqual(all(2, 2021));
});

test("also where it was removed and sent again under the same version", async () => {
  await publish(1, 2020);
  expect(await years()).toEqual(all(1, 2020));
  await writer.remove(documentOf());
  await publish(1, 2030);
  expect(await years()).toEqual(all(1, 2030));
  await writer.maintain({ nowMs: Date.now() + 48 * 3_600_000, budgetMs: 60_000 });
  expect(await years()).toEqual(all(1, 2030));
});

test("and no other tenant's of the same name", async () => {
  await publish(1, 2020);
  const theirs = documentOf({ tenant: "globex", attributes: { year: 1999 } });
  await writer.publish(theirs, rowsOf(3), model);
  expect(await years()).toEqual(all(1, 2020));
  const query = { tenant: "globex", mode: "text", text: "text", limit: 1, filter: [] } as const;
  expect((await reader.search(query))[0]?.attributes).toEqual({ year: 1999 });
});

test("each document's own, wherever a merge has put its rows", async () => {
  const given = (version: number) => [
    { id: "a", rows: 1 + version, year: 2_000 + version },
    { id: "b", rows: 5 - version, year: 2_010 + version },
    { id: "c", rows: 3, year: 2_020 + version },
  ];
  for (const version of [1, 2, 3]) {
    for (const { id, rows, year } of given(version)) {
      const document = documentOf({ documentId: id, version, attributes: { year } });
      await writer.publish(document, rowsOf(rows), model);
    }
    if (version === 2) {
      await writer.maintain({ nowMs: Date.now() + 48 * 3_600_000, budgetMs: 60_000 });
    }
    const query = { tenant: "acme", mode: "text", text: "text", limit: 50, filter: [] } as const;
    const hits = (await lanceStoreOn(await openStore({ uri: folder })).search(query)).map(
      ({ documentId, attributes }) => `${documentId} ${String(attributes["year"])}`,
    );
    const right = given(version).flatMap(({ id, rows, year }) =>
      Array.from({ length: rows }, () => `${id} ${year}`),
    );
    expect(new Set(hits)).toEqual(new Set(right));
    expect(hits).toHaveLength(right.length);
  }
});
