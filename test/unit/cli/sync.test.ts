import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import {
  accepted,
  completedJob,
  type ScriptedAnswer,
  type ScriptedApi,
  scriptedApi,
} from "../../support/cli/scripted-api.ts";
import { sluiceOnTerminal } from "../../support/cli/terminal.ts";
import { lines, sluiceIn } from "../../support/deployment/sluice.ts";

let api: ScriptedApi | undefined;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-sync-"));
  mkdirSync(join(folder, "docs/sub"), { recursive: true });
  for (const name of ["a.md", "b.txt", ".hidden.md", "sub/c.md"]) {
    writeFileSync(join(folder, "docs", name), `Text of ${name}.`);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => api?.close());

const stored = (document_id: string) => ({
  document_id,
  document_version: 3,
  chunk_count: 2,
  embedding_model: "m",
  dimensions: 384,
  stored_at: "2025-01-01T00:00:00.000Z",
});

const ofBucket = {
  ...stored("docs:of a bucket.md"),
  attributes: { source: "docs", source_key: "of a bucket.md" },
};

/**
 * Stored are two documents of the folder that have no file, on two pages, and many that are kept:
 * one of them is of a followed bucket of the folder's name.
 */
async function storing() {
  const first = ["docs:a.md", "docs:gone.md", "docs:.hidden.md", "docs", "docs2:x.md"];
  const second = ["docs:b.txt", "docs:sub:gone too.md", "elsewhere:gone.md"]
    .map(stored)
    .concat(ofBucket);
  api = await scriptedApi(({ method, url }): ScriptedAnswer => {
    if (method === "DELETE") {
      const id = decodeURIComponent(url.split("/").at(-1) ?? "");
      return { status: 200, body: stored(id) };
    }
    if (method === "POST") return { status: 202, body: accepted };
    if (url.includes("/jobs/")) return { status: 200, body: completedJob() };
    const body = url.includes("cursor=2")
      ? { documents: second }
      : { documents: first.map(stored), next_cursor: "2" };
    return { status: 200, body };
  });
  return api;
}

const removals = () =>
  (api?.asked ?? []).filter(({ method }) => method === "DELETE").map(({ url }) => url);
const sent = () =>
  (api?.asked ?? [])
    .filter(({ url }) => url === "/v1/ingest")
    .map(({ body }) => (body as { document_id: string }).document_id)
    .toSorted();
const gone = ["/v1/documents/docs%3Agone.md", "/v1/documents/docs%3Asub%3Agone%20too.md"];

test("with --yes sends the folder and removes its documents that have no file, and no others", async () => {
  const { url } = await storing();
  const { status, out, err } = await sluiceIn(folder, url, "sync", "docs", "--yes");
  expect(sent()).toEqual(["docs:a.md", "docs:b.txt", "docs:sub:c.md"]);
  expect(removals()).toEqual(gone);
  expect(out).toContain("Removed docs:gone.md: version 3, 2 chunks.");
  expect([status, err]).toEqual([0, expect.stringContaining("3 files: 3 stored") as string]);
});

test("keeps the documents of files that are only left out of this run", async () => {
  const { url } = await storing();
  await sluiceIn(folder, url, "sync", "docs", "--yes", "--include", "*.md", "--exclude", "sub");
  expect(sent()).toEqual(["docs:a.md"]);
  expect(removals()).toEqual(gone);
});

test("with --dry-run only says what it would do", async () => {
  const { url } = await storing();
  const { status, out } = await sluiceIn(folder, url, "sync", "docs", "--dry-run", "--json");
  expect(status).toBe(0);
  expect(lines(out)).toEqual([
    { type: "send", file: "docs/a.md" },
    { type: "send", file: "docs/b.txt" },
    { type: "send", file: "docs/sub/c.md" },
    { type: "remove", document_id: "docs:gone.md" },
    { type: "remove", document_id: "docs:sub:gone too.md" },
  ]);
  expect([sent(), removals()]).toEqual([[], []]);
});

test("under another name touches only the documents of that name", async () => {
  const { url } = await storing();
  await sluiceIn(folder, url, "sync", "docs", "--as", "elsewhere", "--yes");
  expect(sent()).toEqual(["elsewhere:a.md", "elsewhere:b.txt", "elsewhere:sub:c.md"]);
  expect(removals()).toEqual(["/v1/documents/elsewhere%3Agone.md"]);
});

test("without a terminal does nothing unless it is told to remove", async () => {
  const { url } = await storing();
  const { status, err } = await sluiceIn(folder, url, "sync", "docs");
  expect([status, err]).toEqual([2, expect.stringContaining("Add --yes") as string]);
  expect([sent(), removals()]).toEqual([[], []]);
});

test.each([
  ["y", gone],
  ["n", []],
  ["", []],
])("on a terminal asks first: %j", async (answer, removed) => {
  const { url } = await storing();
  const size = { columns: 80, rows: 24, input: `${answer}\n` };
  const seen = await sluiceOnTerminal(size, folder, url, "sync", "docs");
  const text = seen.rows.join("\n");
  expect(text).toContain("  docs:gone.md\n  docs:sub:gone too.md\nRemove them from every search?");
  expect(sent()).toHaveLength(3);
  expect(removals()).toEqual(removed);
  expect(seen.status).toBe(0);
});

test("refuses a file, and a folder without files", async () => {
  const { url } = await storing();
  const file = await sluiceIn(folder, url, "sync", "docs/a.md", "--yes");
  expect([file.status, file.err]).toEqual([2, expect.stringContaining("use ingest") as string]);
  mkdirSync(join(folder, "empty/docs"), { recursive: true });
  const empty = await sluiceIn(folder, url, "sync", "empty/docs", "--yes");
  expect([empty.status, empty.err]).toEqual([2, expect.stringContaining("has no files") as string]);
  expect([sent(), removals()]).toEqual([[], []]);
});
