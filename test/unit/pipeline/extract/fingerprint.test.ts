import { expect, test } from "vitest";
import { jobOptionsOf } from "../../../../lambdas/intake/options.ts";
import { fingerprintOf } from "../../../../lambdas/pipeline/extract/fingerprint.ts";
import { requestOf } from "../../../support/pipeline.ts";

const models = [{ provider: "local", model: "m", recipe: "1" }];

interface Given {
  readonly markdown?: string;
  readonly page?: number;
  readonly title?: string | undefined;
  readonly attributes?: Readonly<Record<string, string | number>>;
  readonly options?: unknown;
  readonly contentType?: string;
}

function printOf(given: Given = {}, by = models): string {
  const { markdown = "A text.", page, contentType = "text/plain", options = {} } = given;
  const title = "title" in given ? given.title : "T";
  return fingerprintOf(
    {
      ...(title === undefined ? {} : { title }),
      attributes: given.attributes ?? { a: 1, b: "two" },
      options: jobOptionsOf(requestOf({ options })),
    },
    { markdown, marks: page === undefined ? [] : [{ offset: 0, page }] },
    contentType,
    by,
  );
}

test("the fingerprint is the same for what would store the same", () => {
  expect(printOf({ attributes: { b: "two", a: 1 } })).toBe(printOf());
  const asDefault = { chunking: { strategy: "recursive", max_tokens: 512, overlap_tokens: 64 } };
  expect(printOf({ options: asDefault })).toBe(printOf());
});

test("it is what Sluice computed of a plain text before documents were extracted", () => {
  expect(printOf()).toBe("027035fcd6867ae0d2a51ca1600a88b5a3eb9a8f295d85be7a9920fead52062f");
});

test("it differs with everything that is stored or decides it", () => {
  const schema = { type: "object", properties: { p: { type: "number" } } };
  const prints = [
    printOf(),
    printOf({ markdown: "A text. " }),
    printOf({ page: 1 }),
    printOf({ page: 2 }),
    printOf({ title: "U" }),
    printOf({ title: undefined }),
    printOf({ contentType: "text/markdown" }),
    printOf({ attributes: { a: 1 } }),
    printOf({ attributes: { a: "1", b: "two" } }),
    printOf({ attributes: { a: 1, b: "tw", c: "o" } }),
    printOf({ options: { chunking: { max_tokens: 511 } } }),
    printOf({ options: { chunking: { overlap_tokens: 0 } } }),
    printOf({ options: { chunking: { strategy: "markdown" } } }),
    printOf({ options: { metadata: { schema } } }),
    printOf({ options: { metadata: { per: "none" } } }),
    printOf({ options: { metadata: { per: "document" } } }),
    printOf({}, [{ provider: "local", model: "m", recipe: "2" }]),
    printOf({}, []),
  ];
  expect(new Set(prints).size).toBe(prints.length);
});
