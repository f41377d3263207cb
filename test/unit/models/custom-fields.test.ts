import { expect, test } from "vitest";
import { customSchema } from "../../../lambdas/contract/custom-schema.ts";
import { acceptCustom } from "../../../lambdas/models/custom-fields.ts";

const schema = customSchema.parse({
  type: "object",
  properties: {
    count: { type: "integer", minimum: 0 },
    price: { type: "number" },
    open: { type: "boolean" },
    code: { type: "string", maxLength: 4 },
    tags: { type: "array", items: { type: "string" } },
    pages: { type: "array", items: { type: "integer" } },
  },
});

test("values of another type are taken as their field's, where they mean the same", () => {
  const candidate = {
    count: "7",
    price: " 1.5 ",
    open: "false",
    code: 4711,
    tags: "water",
    pages: ["1", 2],
  };
  expect(acceptCustom(schema, candidate)).toEqual({
    count: 7,
    price: 1.5,
    open: false,
    code: "4711",
    tags: ["water"],
    pages: [1, 2],
  });
});

test("values that the schema does not allow are left out, whatever they could be taken for", () => {
  const candidate = { count: "-7", price: "cheap", open: "perhaps", code: 47_110, tags: null };
  expect(acceptCustom(schema, candidate)).toBeUndefined();
  expect(acceptCustom(schema, { ...candidate, pages: ["x"], count: 3 })).toEqual({ count: 3 });
});
