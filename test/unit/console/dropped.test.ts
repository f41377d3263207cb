import { expect, test } from "vitest";
import { filesOf } from "../../../console/logic/dropped.ts";
import { placeOf } from "../../../console/logic/files.ts";

interface Entry {
  name: string;
  fullPath: string;
  isDirectory: boolean;
}

const fileEntry = (fullPath: string) => {
  const name = fullPath.split("/").at(-1) ?? "";
  const file = (found: (file: File) => void) => found(new File(["text"], name));
  return { name, fullPath, isDirectory: false, file };
};

/** Answers its entries in parts, as browsers do. */
function folderEntry(fullPath: string, ...parts: Entry[][]) {
  const createReader = () => {
    const left = [...parts];
    return { readEntries: (found: (entries: Entry[]) => void) => found(left.shift() ?? []) };
  };
  return { name: fullPath.split("/").at(-1) ?? "", fullPath, isDirectory: true, createReader };
}

const item = (entry: object | null, file: File | null = null) => ({
  kind: "file",
  getAsFile: () => file,
  webkitGetAsEntry: () => entry,
});

test("a dropped folder gives all its files with their paths, but no hidden ones", async () => {
  const sub = folderEntry("/docs/sub", [fileEntry("/docs/sub/b.md")]);
  const hidden = folderEntry("/docs/.git", [fileEntry("/docs/.git/config")]);
  const entries = [fileEntry("/docs/a.md"), fileEntry("/docs/.DS_Store")];
  const files = await filesOf([item(folderEntry("/docs", entries, [sub, hidden]))]);
  expect(files.map(placeOf)).toEqual(["docs/a.md", "docs/sub/b.md"]);
});

test("dropped files come as they are, also where the browser knows no entries", async () => {
  const one = new File(["text"], "one.md");
  const text = { ...item(null), kind: "string" };
  expect(await filesOf([item(fileEntry("/one.md"), one), item(null, one), text])).toEqual([
    one,
    one,
  ]);
});
