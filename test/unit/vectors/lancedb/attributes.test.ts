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
