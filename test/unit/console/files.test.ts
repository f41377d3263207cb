import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  contentTypeOf,
  decodeText,
  documentIdOf,
  limitsInWords,
} from "../../../console/logic/files.ts";
import { maxChunks } from "../../../lambdas/contract/limits.ts";
import { documentIdPattern } from "../../../lambdas/contract/vocabulary.ts";
import { split } from "../../../lambdas/pipeline/chunk/split.ts";

const names = fc.string({ unit: "grapheme", minLength: 1, maxLength: 255 });

test("every file's name becomes an id that the API takes, the same one each time", () => {
  fc.assert(
    fc.property(names, (name) => {
      expect(documentIdOf(name)).toMatch(documentIdPattern);
      expect(documentIdOf(name)).toBe(documentIdOf(name));
    }),
  );
});

test("two names are two documents, also where ids lack their letters", () => {
  fc.assert(
    fc.property(names, names, (one, other) => {
      fc.pre(one !== other);
      expect(documentIdOf(one)).not.toBe(documentIdOf(other));
    }),
  );
  expect(documentIdOf("Отчёт.md")).not.toBe(documentIdOf("Смета.md"));
});

test("a name that is an id already stays as it is", () => {
  expect(documentIdOf("incident-review.2026.md")).toBe("incident-review.2026.md");
});

test.each([
  ["notes.md", "", "text/markdown"],
  ["NOTES.Markdown", "application/octet-stream", "text/markdown"],
  ["page.html", "text/html", "text/plain"],
  ["README", "", "text/plain"],
  ["main.py", "text/x-python", "text/plain"],
  ["scan.pdf", "application/pdf", undefined],
  ["photo.jpeg", "image/jpeg", undefined],
  ["archive.zip", "", undefined],
])("%s of type %j is read as %s", (name, type, expected) => {
  expect(contentTypeOf({ name, type })).toBe(expected);
});

test("bytes that are no UTF-8 are refused, and said to be so", () => {
  expect(decodeText(new TextEncoder().encode("größer").buffer)).toBe("größer");
  expect(() => decodeText(Uint8Array.from([0x67, 0xf6]).buffer)).toThrow("not UTF-8");
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
