import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { contentOf } from "../../../cli/sources/content.ts";
import { findSources } from "../../../cli/sources/sources.ts";
import { documentIdOf } from "../../../lambdas/contract/document-id.ts";
import {
  accepted,
  offeredUpload,
  type ScriptedApi,
  scriptedApi,
} from "../../support/cli/scripted-api.ts";
import { commandLine, lines, reaching, sluiceIn } from "../../support/deployment/sluice.ts";

let api: ScriptedApi | undefined;
let folder: string;

const files: Readonly<Record<string, string | Buffer>> = {
  "README.md": "# One",
  "sub/README.md": "# Two",
  "sub/drafts/idea.md": "An idea.",
  "notes/todo.txt": "A note.",
  ".hidden.md": "Hidden.",
  ".git/config": "Hidden.",
  LICENSE: "Free.",
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-sources-"));
  for (const [path, content] of Object.entries(files)) put(`docs/${path}`, content);
  symlinkSync("README.md", join(folder, "docs/link.md"));
  symlinkSync("..", join(folder, "docs/sub/circle"));
  put("odd/\u0055\u0308bersicht.md", "Names in two forms of Unicode.");
  put("mixed/a.md", "Text.");
  put("mixed/empty.txt", "");
  put("mixed/latin.txt", Buffer.from([0x63, 0x61, 0x66, 0xe9]));
  put("mixed/scan.pdf", "%PDF-1.7");
  put("mixed/tool.py", "print('text')");
  put("mixed/tool.bin", Buffer.from([0, 1, 2, 3]));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => api?.close());

function put(path: string, content: string | Buffer): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

describe("a folder", () => {
  const found = (options: Parameters<typeof findSources>[1] = {}) =>
    findSources([join(folder, "docs")], options).map(({ place }) => place);

  test("gives all its files, without hidden ones, and follows no link to a folder", () => {
    expect(found()).toEqual([
      "docs/LICENSE",
      "docs/README.md",
      "docs/link.md",
      "docs/notes/todo.txt",
      "docs/sub/README.md",
      "docs/sub/drafts/idea.md",
    ]);
  });

  test.each([
    [{ include: ["*.md"], exclude: ["drafts", "link.*"] }, ["README.md", "sub/README.md"]],
    [{ include: ["sub/**"] }, ["sub/README.md", "sub/drafts/idea.md"]],
    [{ include: ["*.txt", "LICENSE"] }, ["LICENSE", "notes/todo.txt"]],
    [{ exclude: ["sub/", "*.md"] }, ["LICENSE", "notes/todo.txt"]],
  ])("gives the files that match %j", (options, places) => {
    expect(found(options)).toEqual(places.map((place) => `docs/${place}`));
  });

  test("that has no matching file is an error that says so", () => {
    expect(() => found({ include: ["*.rst"] })).toThrow("has no file that matches --include");
  });

  test("gives the same ids however the command names it", () => {
    const ids = (path: string) => findSources([path]).map(({ place }) => documentIdOf(place));
    const whole = ids(join(folder, "docs"));
    expect(whole).toContain("docs:sub:README.md");
    expect(ids(join(folder, "docs/sub/.."))).toEqual(whole);
    expect(ids(`${join(folder, "docs")}/`)).toEqual(whole);
  });

  test("gives NFC names for ids and titles, however the file system writes them", () => {
    const [source] = findSources([join(folder, "odd")], { include: ["Ü*.md".normalize("NFC")] });
    expect(source?.place).toBe("odd/Übersicht.md".normalize("NFC"));
  });

  test("whose files cannot all be read reports each, sends the others, and ends with 1", async () => {
    api = await scriptedApi((asked) => {
      if (asked.url === "/v1/uploads") return offeredUpload(asked);
      return asked.method === "PUT" ? { status: 200, body: "" } : { status: 202, body: accepted };
    });
    const { status, err, out } = await sluiceIn(folder, api.url, "ingest", "mixed", "--json");
    expect([status, err]).toEqual([1, ""]);
    const said = lines(out).map(({ type, file, error }) => [type, file, error]);
    expect(said).toContainEqual(["error", "mixed/empty.txt", "is empty. Send a file with text."]);
    expect(lines(out).at(-1)).toMatchObject({ type: "summary", files: 6, queued: 5, failed: 1 });
  });
});

test("a file that cannot be opened is reported by name", async () => {
  put("locked/secret.md", "Text.");
  chmodSync(join(folder, "locked/secret.md"), 0);
  const [source] = findSources([join(folder, "locked")]);
  rmSync(join(folder, "locked/secret.md"));
  await expect(source?.read()).rejects.toThrow("cannot be read: ENOENT");
});

describe("the content of a file", () => {
  test.each([
    ["a.md", "text/markdown", "text"],
    ["tool.py", "text/plain", "text"],
    ["latin.txt", "text/plain", "bytes"],
    ["scan.pdf", "application/pdf", "bytes"],
    ["tool.bin", "application/octet-stream", "bytes"],
  ])("of %s is sent as %s, as %s", async (name, type, form) => {
    const [source] = findSources([join(folder, "mixed", name)]);
    const content = await contentOf(source!);
    expect([content.content_type, form in content]).toEqual([type, true]);
  });
});

test("two files that would be one document are refused, and a file that is named twice is sent once", () => {
  const readmes = [join(folder, "docs/README.md"), join(folder, "docs/sub/README.md")];
  expect(() => findSources(readmes)).toThrow("would both be document README.md");
  const twice = [join(folder, "docs"), join(folder, "docs/README.md")];
  expect(findSources(twice)).toHaveLength(6);
});

test("standard input is a document with the given name", async () => {
  api = await scriptedApi(() => ({ status: 202, body: accepted }));
  const command = spawn(process.execPath, [commandLine, "ingest", "-", "--name", "page.md"], {
    env: reaching(api.url),
    stdio: ["pipe", "ignore", "pipe"],
  });
  let err = "";
  command.stderr.setEncoding("utf8").on("data", (piece: string) => (err += piece));
  command.stdin.end("# A page");
  const status = await new Promise((resolve) => command.once("close", resolve));
  expect([status, err]).toEqual([0, expect.stringContaining("page.md: queued as job 01JOB")]);
  expect(api.asked[0]?.body).toMatchObject({
    text: "# A page",
    document_id: "page.md",
    title: "page",
    content_type: "text/markdown",
  });
});
