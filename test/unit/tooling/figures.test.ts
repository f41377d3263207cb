import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");
const maxLines = 400;
const maxMedianLines = 90;
/** In a folder without subfolders. */
const maxFiles = 15;

const roots = ["cli", "console", "infra", "lambdas", "local", "ops", "scripts", "test"];
const files = roots.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => !/(?:^|\/)(?:node_modules|\.sluice|cdk\.out|dist)\//.test(file)),
);
const code = files.filter((file) => /\.(?:ts|tsx|cjs|css|sh)$/.test(file));
const lines = new Map(
  code.map((file) => [file, readFileSync(join(root, file), "utf8").trimEnd().split("\n").length]),
);

test("the figures are taken over all of the code", () => {
  expect(code.length).toBeGreaterThan(400);
});

test("no file has over 400 lines", () => {
  expect([...lines].filter(([, count]) => count > maxLines)).toEqual([]);
});

test("half of the files have 90 lines or fewer", () => {
  const sorted = [...lines.values()].sort((a, b) => a - b);
  expect(sorted[sorted.length >> 1]).toBeLessThanOrEqual(maxMedianLines);
});

test("no folder without subfolders has over 15 files", () => {
  const folders = new Map<string, number>();
  for (const file of files) folders.set(dirname(file), (folders.get(dirname(file)) ?? 0) + 1);
  const isLeaf = (folder: string) =>
    ![...folders.keys()].some((other) => other.startsWith(`${folder}/`));
  const large = [...folders].filter(([folder, count]) => count > maxFiles && isLeaf(folder));
  expect(large).toEqual([]);
});
