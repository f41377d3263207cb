import { describe, expect, test } from "vitest";
import { ingestRequestSchema } from "../../../../lambdas/contract/calls/ingest.ts";

const issuesOf = (body: unknown) =>
  (ingestRequestSchema.safeParse(body).error?.issues ?? []).map(
    ({ path, message }) => `${path.join(".")}: ${message}`,
  );

describe("half a character", () => {
  test.each([
    ["text", { text: "\ud800 lone" }],
    ["text", { text: "lone \udc00" }],
    ["text", { text: "\udc00\ud800 the wrong way round" }],
    ["title", { text: "x", title: "\ud83d" }],
  ])("is refused in %s, with what to do", (where, body) => {
    expect(issuesOf(body)).toEqual([
      expect.stringMatching(`^${where}: is not valid Unicode: .*Convert it to UTF-8`),
    ]);
  });

  test("is refused in an attribute", () => {
    expect(issuesOf({ text: "x", attributes: { a: "\ud800" } }).join()).toContain("attributes.a");
  });

  test("is not seen in what only looks like it", () => {
    const text = "\ufffd 😀 \ud83d\ude00";
    expect(issuesOf({ text, title: text, attributes: { a: text } })).toEqual([]);
  });
});
