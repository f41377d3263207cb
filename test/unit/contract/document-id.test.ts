import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { documentIdOf, folderPrefix } from "../../../lambdas/contract/document-id.ts";
import { documentIdPattern } from "../../../lambdas/contract/vocabulary.ts";

const names = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 255 })
  .map((name) => name.replaceAll("/", "").normalize("NFC"))
  .filter((name) => !["", ".", ".."].includes(name));
const places = fc.array(names, { minLength: 1, maxLength: 6 }).map((parts) => parts.join("/"));

describe("the id of a document", () => {
  test("is one that the API accepts, the same one each time, for every place", () => {
    fc.assert(
      fc.property(places, (place) => {
        expect(documentIdOf(place)).toMatch(documentIdPattern);
        expect(documentIdOf(place)).toBe(documentIdOf(place));
      }),
    );
  });

  test("differs for different places, also where ids lack their letters", () => {
    fc.assert(
      fc.property(places, places, (one, other) => {
        fc.pre(one !== other);
        expect(documentIdOf(one)).not.toBe(documentIdOf(other));
      }),
    );
    const similar = [
      "Отчёт.md",
      "Смета.md",
      "a/b.md",
      "a:b.md",
      "a-b.md",
      "b.md",
      "a/b:c",
      "a/b/c",
    ];
    expect(new Set(similar.map(documentIdOf)).size).toBe(similar.length);
    const long = "x".repeat(300);
    expect(documentIdOf(`a/${long}/1`)).not.toBe(documentIdOf(`a/${long}/2`));
    expect(documentIdOf(`a/1${long}`)).not.toBe(documentIdOf(`a/2${long}`));
  });

  test("begins with the folder's name, so that a folder's documents can be listed", () => {
    fc.assert(
      fc.property(names, places, (folder, inside) => {
        expect(documentIdOf(`${folder}/${inside}`).startsWith(folderPrefix(folder))).toBe(true);
        expect(documentIdOf(folder).startsWith(folderPrefix(folder))).toBe(false);
      }),
    );
  });

  test.each([
    ["incident-review.2026.md", "incident-review.2026.md"],
    ["handbook/2026/report.md", "handbook:2026:report.md"],
    ["handbook/_private/.notes", "handbook:_private:.notes"],
    ["./handbook//a.md", "handbook:a.md"],
  ])("of %s can be read: %s", (place, id) => {
    expect(documentIdOf(place)).toBe(id);
  });

  test("does not depend on how the file system writes an accent", () => {
    expect(documentIdOf("Übersicht/Café.md".normalize("NFD"))).toBe(
      documentIdOf("Übersicht/Café.md".normalize("NFC")),
    );
  });
});
