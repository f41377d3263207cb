import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sourceConfigSchema, sourcesSchema } from "../../../lambdas/contract/sources.ts";
import { documentIdPattern } from "../../../lambdas/contract/vocabulary.ts";
import { documentIdOfKey } from "../../../lambdas/sources/document-id.ts";
import { distinct, hintsOf } from "../../../lambdas/sources/events.ts";
import { sourceOf } from "../../../lambdas/sources/source.ts";
import { objectEvent } from "../../support/sources-world.ts";

const of = (config: object = {}) =>
  sourceOf(sourceConfigSchema.parse({ name: "docs", tenant: "acme", bucket: "files", ...config }));

describe("the id of an object's document", () => {
  test("is the source's name and the path below the prefix, as for a folder that is sent", () => {
    const source = of({ prefix: "reports/" });
    expect(documentIdOfKey(source, "reports/2026/q1.pdf")).toBe("docs:2026:q1.pdf");
  });

  test("has a hash if the path has characters that ids lack", () => {
    expect(documentIdOfKey(of(), "Grüße (1).pdf")).toMatch(/^docs:Gr-e-1-\.pdf-[0-9a-f]{16}$/);
  });

  test.each([
    ["a//b", "a/b"],
    ["a/./b", "a/b"],
    ["é.md".normalize("NFC"), "é.md".normalize("NFD")],
    ["東.pdf", "京.pdf"],
    ["a/b", "a:b"],
    ["/a", "a"],
  ])("differs for %s and %s, which are two objects", (one, other) => {
    expect(documentIdOfKey(of(), one)).not.toBe(documentIdOfKey(of(), other));
  });

  test("differs for any two keys, whatever the prefix", () => {
    const part = fc.constantFrom("", "a", "b", ".", "..", "A", "é", "-", " ", "a.md");
    const path = fc.array(part, { maxLength: 4 }).map((parts) => parts.join("/"));
    const prefix = fc.constantFrom("", "/", "docs", "docs/", "docs-", "d//");
    fc.assert(
      fc.property(prefix, path, path, (before, one, other) => {
        const source = of({ prefix: before });
        const [a, b] = [before + one, before + other];
        expect(documentIdOfKey(source, a) === documentIdOfKey(source, b)).toBe(a === b);
      }),
      { numRuns: 2_000 },
    );
  });

  test("has no hash for a prefix without its last slash", () => {
    const source = of({ prefix: "reports" });
    expect(documentIdOfKey(source, "reports/2026/q1.pdf")).toBe("docs:2026:q1.pdf");
  });

  test("is an id, whatever the key", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 300 }), (key) => {
        expect(documentIdOfKey(of({ name: "a".repeat(40) }), key)).toMatch(documentIdPattern);
      }),
    );
  });
});

describe("a key belongs to a source", () => {
  test("if it is below the prefix and has the ending of a supported format", () => {
    const { matches } = of({ prefix: "reports/" });
    expect(matches("reports/2026/Q1.PDF")).toBe(true);
    expect(matches("reports/picture.png")).toBe(false);
    expect(matches("other/q1.pdf")).toBe(false);
    expect(matches("reports/folder.md/")).toBe(false);
  });

  test("by the patterns of the settings", () => {
    const { matches } = of({ include: ["**"], exclude: ["drafts/**", "**/*.tmp"] });
    expect(matches("picture")).toBe(true);
    expect(matches("drafts/a.md")).toBe(false);
    expect(matches("x/y.tmp")).toBe(false);
  });

  test("unless it holds another object's attributes", () => {
    expect(of().matches("a.md.metadata.json")).toBe(false);
    expect(of({ attributes: "none" }).matches("a.md.metadata.json")).toBe(true);
  });
});

describe("a message", () => {
  test("of EventBridge has the key as it is", () => {
    const key = "a b+c%20/ü.md";
    expect(hintsOf(objectEvent("files", key))).toEqual([{ kind: "object", bucket: "files", key }]);
  });

  test("of the bucket's own notifications has it encoded", () => {
    const record = (key: string) => ({
      eventSource: "aws:s3",
      eventName: "ObjectRemoved:Delete",
      s3: { bucket: { name: "files" }, object: { key } },
    });
    const body = JSON.stringify({ Records: [record("a+b%2Bc/%C3%BC.md"), record("z.md")] });
    expect(hintsOf(body).map((hint) => (hint.kind === "look" ? "" : hint.key))).toEqual([
      "a b+c/ü.md",
      "z.md",
    ]);
  });

  test("that says something else only asks to look", () => {
    for (const body of ["", "{", '{"source":"sluice"}']) {
      expect(hintsOf(body)).toEqual([{ kind: "look" }]);
    }
  });

  test("about an object that is named before asks for nothing more", () => {
    const hints = ["a.md", "b.md", "a.md"].flatMap((key) => hintsOf(objectEvent("files", key)));
    expect(distinct(hints)).toHaveLength(2);
  });
});

test("two sources need two names, and the refusal says which one is used twice", () => {
  const one = { name: "docs", tenant: "acme", bucket: "files" };
  const parsed = sourcesSchema.safeParse([one, { ...one, name: "Docs" }]);
  expect(parsed.error?.issues[0]).toMatchObject({
    path: [1, "name"],
    message: "is used twice: Docs. Give each source a name of its own",
  });
});

test("a source's tenant is one that a caller can have", () => {
  const refused = (tenant: string) =>
    sourcesSchema.safeParse([{ name: "docs", tenant, bucket: "files" }]).error?.issues[0]?.path;
  for (const tenant of ["acme", "a.b-c_1"]) expect(refused(tenant)).toBeUndefined();
  for (const tenant of ["", "acme corp", "a#b", "a/b", "ä", "x".repeat(65)]) {
    expect(refused(tenant)).toEqual([0, "tenant"]);
  }
});
