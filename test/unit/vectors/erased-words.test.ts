/** After a removal and a day's upkeep, no file of the store holds the words. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStore } from "../../../lambdas/vectors/lancedb/connection.ts";
import type { LanceVectorStore } from "../../../lambdas/vectors/lancedb/lance-vector-store.ts";
import { lanceStoreOn } from "../../support/lance-store.ts";
import { documentOf, model, rowOf, rowsOf } from "../../support/vectors.ts";

const word = "zyxantheride";
const dayMs = 86_400_000;
let folder: string;
let store: LanceVectorStore;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "erased-"));
  store = lanceStoreOn(await openStore({ uri: folder }));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Versions bear the machine's time, so the upkeep of another day is told a later one. */
const maintainInDays = (days: number) =>
  store.maintain({ nowMs: Date.now() + days * dayMs + 3_600_000, budgetMs: 60_000 });

function filesWithTheWord(): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(word));
}

test("the words of a removed document are in no file after a day", async () => {
  await store.publish(documentOf({ documentId: "others" }), rowsOf(50), model);
  const text = `The ${word} blooms at night.`;
  await store.publish(documentOf({ documentId: "removed" }), [rowOf(0, text)], model);
  expect(filesWithTheWord().length).toBeGreaterThan(0);
  await store.remove({ tenant: "acme", documentId: "removed" });
  await maintainInDays(1);
  await maintainInDays(2);
  expect(filesWithTheWord()).toEqual([]);
});

test("so are those of a tenant's only document", async () => {
  const text = `The ${word} blooms at night.`;
  await store.publish(documentOf({ documentId: "only" }), [rowOf(0, text)], model);
  await store.remove({ tenant: "acme", documentId: "only" });
  await maintainInDays(1);
  await maintainInDays(2);
  expect(filesWithTheWord()).toEqual([]);
});
