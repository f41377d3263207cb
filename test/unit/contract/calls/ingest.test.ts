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
      expect.stringMatching(`^${where}: contains an incomplete character .*Encode it as UTF-8`),
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

describe("attributes and options", () => {
  const attributes = (bytes: number) =>
    Object.fromEntries(
      Array.from({ length: 4 }, (_, i) => [`a${i}`, "x".repeat(Math.floor(bytes / 4))]),
    );

  test("may take 4,096 bytes of JSON together, and not one more", () => {
    // Names, quotes and commas of four attributes, and empty options.
    const around = JSON.stringify(attributes(0)).length + "{}".length;
    const most = { text: "x", attributes: attributes(4_096 - around) };
    const left = 4_096 - around - 4 * Math.floor((4_096 - around) / 4);
    const full: Record<string, unknown> = {
      ...most.attributes,
      a0: `${most.attributes["a0"]}${"y".repeat(left)}`,
    };
    expect(issuesOf({ text: "x", attributes: full })).toEqual([]);
    expect(issuesOf({ text: "x", attributes: { ...full, a1: `${String(full["a1"])}z` } })).toEqual([
      "attributes: must be at most 4096 bytes of JSON, attributes and options together, and they are 4097: shorten or remove some",
    ]);
  });

  test("are counted in bytes, not in letters", () => {
    expect(
      issuesOf({ text: "x", attributes: { a: "é".repeat(1_000), b: "é".repeat(1_000) } }),
    ).toEqual([]);
    const more = { a: "東".repeat(1_000), b: "東".repeat(1_000) };
    expect(issuesOf({ text: "x", attributes: more })).toHaveLength(1);
  });

  test("name the larger of the two", () => {
    const fields = Array.from(
      { length: 10 },
      (_, i) => [`f${i}`, { type: "string", description: "d".repeat(450) }] as const,
    );
    const schema = { type: "object", properties: Object.fromEntries(fields) };
    expect(issuesOf({ text: "x", options: { metadata: { schema } } })[0]).toMatch(/^options: /);
  });
});
