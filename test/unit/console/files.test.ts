import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { contentTypeOf, inlineText, limitsInWords, placeOf } from "../../../console/logic/files.ts";
import { maxChunks } from "../../../lambdas/contract/limits.ts";
import { split } from "../../../lambdas/pipeline/chunk/split.ts";

test("a file's place is its path in the folder that was chosen, or its name", () => {
  expect(placeOf({ name: "a.md", webkitRelativePath: "" })).toBe("a.md");
  expect(placeOf({ name: "a.md", webkitRelativePath: "docs/sub/a.md" })).toBe("docs/sub/a.md");
});

test.each([
  ["notes.md", "", "text/markdown"],
  ["NOTES.Markdown", "application/octet-stream", "text/markdown"],
  ["page.html", "text/html", "text/html"],
  ["README", "", "text/plain"],
  ["main.py", "text/x-python", "text/x-python"],
  ["scan.pdf", "application/pdf", "application/pdf"],
  ["photo.jpeg", "image/jpeg", undefined],
  ["archive.zip", "", undefined],
])("%s of type %j is read as %s", (name, type, expected) => {
  expect(contentTypeOf({ name, type })).toBe(expected);
});

test("only text in UTF-8 goes inside a request", () => {
  const utf8 = new TextEncoder().encode("größer").buffer;
  expect(inlineText("text/plain", utf8)).toBe("größer");
  expect(inlineText("application/pdf", utf8)).toBeUndefined();
  expect(inlineText("text/plain", Uint8Array.from([0x67, 0xf6]).buffer)).toBeUndefined();
});

test("what a document may have is told with what the chunker makes of English", () => {
  expect(limitsInWords).toMatch(/^up to 50 MB and 5,000 chunks /);
  const megabytes = Number(/about (\d+) MB/.exec(limitsInWords)?.[1]);
  const letter = readFileSync("examples/letter-from-the-observatory.txt", "utf8");
  // A tenth of it: cutting takes a second or two a megabyte.
  const text = `${letter}\n\n`.repeat(Math.ceil((megabytes * 1e5) / letter.length));
  const options = { strategy: "recursive", maxTokens: 512, overlapTokens: 64 } as const;
  const chunks = [...split(text, options)].length * 10;
  expect(chunks).toBeLessThanOrEqual(maxChunks);
  expect(chunks).toBeGreaterThan(maxChunks * 0.8);
});
