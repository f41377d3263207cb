import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { customSchema } from "../../../lambdas/contract/custom-schema.ts";
import { entityTypes, metadataShape } from "../../../lambdas/contract/metadata.ts";
import { acceptCustom } from "../../../lambdas/models/custom-fields.ts";
import { clip, withinBounds } from "../../../lambdas/models/within-bounds.ts";

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 2_000 }),
  fc.string({ unit: "grapheme", maxLength: 2_000 }),
  fc
    .array(fc.constantFrom("\ud83d", "😀", " ", "\n", "word"), { maxLength: 800 })
    .map((p) => p.join("")),
);

test("whatever a model answers, what is stored has the shape, and bounding it again changes nothing", () => {
  fc.assert(
    fc.property(
      fc.record({
        title: anyText,
        summary: anyText,
        keywords: fc.array(anyText, { maxLength: 20 }),
        entities: fc.array(fc.record({ text: anyText, type: fc.constantFrom(...entityTypes) }), {
          maxLength: 60,
        }),
        language: fc.constantFrom("en", "und"),
      }),
      (metadata) => {
        const bounded = withinBounds(metadata);
        expect(metadataShape.parse(bounded)).toEqual(bounded);
        expect(withinBounds(bounded)).toEqual(bounded);
      },
    ),
  );
});

test("clipping keeps within the length, keeps the beginning, and cuts no character in two", () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 2, max: 100 }), (text, maxLength) => {
      const clipped = clip(text, maxLength);
      expect(clipped.length).toBeLessThanOrEqual(maxLength);
      expect(clipped.isWellFormed()).toBe(true);
      const line = text.toWellFormed().replace(/\s+/gu, " ").trim();
      expect(line.startsWith(clipped.replace(/…$/u, ""))).toBe(true);
    }),
  );
});

describe("a schema of the caller's own fields", () => {
  const fields = (properties: unknown, more = {}) =>
    customSchema.safeParse({ type: "object", properties, ...more }).success;

  test.each([
    ["nested objects", { a: { type: "object", properties: {} } }],
    ["references", { a: { $ref: "#/x" } }],
    ["patterns, which could be made slow", { a: { type: "string", pattern: "(a+)+$" } }],
    [
      "lists of lists",
      { a: { type: "array", items: { type: "array", items: { type: "string" } } } },
    ],
    ["names that are no plain words", { "a b": { type: "string" } }],
    ["no field at all", {}],
    [
      "too many fields",
      Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`f${i}`, { type: "string" }])),
    ],
  ])("cannot have %s", (_, properties) => {
    expect(fields(properties)).toBe(false);
  });

  test("cannot require a field that it does not have", () => {
    expect(fields({ a: { type: "string" } }, { required: ["b"] })).toBe(false);
    expect(fields({ a: { type: "string" } }, { required: ["a"] })).toBe(true);
  });

  test("lets through only values that fit, and nothing of the object's own inheritance", () => {
    const schema = customSchema.parse({
      type: "object",
      properties: {
        constructor: { type: "string" },
        n: { type: "integer", minimum: 1 },
        b: { type: "boolean" },
      },
    });
    expect(acceptCustom(schema, {})).toBeUndefined();
    fc.assert(
      fc.property(
        fc.record({ n: fc.anything(), b: fc.anything(), extra: fc.anything() }),
        (candidate) => {
          const accepted = acceptCustom(schema, candidate) ?? {};
          expect(Object.keys(accepted).filter((name) => name !== "n" && name !== "b")).toEqual([]);
          const { n = 1, b = true } = accepted;
          expect(Number.isInteger(n) && Number(n) >= 1).toBe(true);
          expect(typeof b).toBe("boolean");
        },
      ),
    );
  });
});
