import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FilterCondition } from "../../../../lambdas/vectors/filter.ts";
import { predicate } from "../../../../lambdas/vectors/lancedb/predicate.ts";

/** Texts full of what means something in some dialect of SQL or another. */
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc
    .array(
      fc.constantFrom(
        "'",
        "''",
        '"',
        "`",
        "\\",
        "--",
        "/*",
        "*/",
        ";",
        "\0",
        "\n",
        "$1",
        "%",
        "’",
        "＇",
        "\ud800",
        " OR TRUE",
      ),
      { maxLength: 8 },
    )
    .map((parts) => parts.join("")),
);
const anyValue = fc.oneof(
  anyText,
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
);
const anyField = fc.oneof(
  fc.constantFrom("document_id" as const, "language" as const),
  anyText.map((name) => `attributes.${name}` as const),
);
const bound = fc.oneof(anyText, fc.integer());
const anyCondition: fc.Arbitrary<FilterCondition> = fc.oneof(
  fc.record({ field: anyField, op: fc.constant("eq" as const), value: anyValue }),
  fc.record({
    field: anyField,
    op: fc.constant("in" as const),
    values: fc.array(anyValue, { maxLength: 4 }),
  }),
  fc.record({ field: anyField, op: fc.constant("range" as const), gte: bound, lt: bound }),
);

/** A predicate as SQL reads it: what is between quotes, and the rest. */
function read(sql: string): { literals: string[]; rest: string } {
  const literals: string[] = [];
  const rest = sql.replaceAll(/'((?:[^']|'')*)'/g, (_, literal: string) => {
    literals.push(literal.replaceAll("''", "'"));
    return "?";
  });
  return { literals, rest };
}

describe("a predicate", () => {
  test("is confined to its tenant, and says nothing that a value could have added", () => {
    fc.assert(
      fc.property(
        anyText,
        anyText,
        fc.array(anyCondition, { maxLength: 4 }),
        (tenant, documentId, filter) => {
          const { literals, rest } = read(predicate({ tenant, documentId, filter }));
          expect(rest).toMatch(/^tenant = \? AND document_id = \?( AND |$)/);
          expect(literals.slice(0, 2)).toEqual([tenant.toWellFormed(), documentId.toWellFormed()]);
          expect(rest).toMatch(/^[a-zA-Z_0-9 =<>?(),]*$/);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("has the same shape whatever the values of a type are", () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (name, value, other) => {
        const shape = (text: string) =>
          read(
            predicate({
              tenant: text,
              filter: [{ field: `attributes.${name}`, op: "eq", value: text }],
            }),
          ).rest;
        expect(shape(value)).toBe(shape(other));
      }),
    );
  });

  test("keeps an OR of several values inside its own condition", () => {
    const sql = predicate({
      tenant: "acme",
      filter: [{ field: "document_id", op: "in", values: ["a", "b"] }],
    });
    expect(sql).toBe("tenant = 'acme' AND (document_id = 'a' OR document_id = 'b')");
  });

  test("refuses numbers that compare with nothing, and has one zero", () => {
    const at = (fromIndex: number) => () => predicate({ tenant: "acme", fromIndex });
    expect(at(Number.NaN)).toThrow(RangeError);
    expect(at(Number.POSITIVE_INFINITY)).toThrow(RangeError);
    expect(at(-0)()).toBe(at(0)());
  });
});
