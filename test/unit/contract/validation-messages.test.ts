import { describe, expect, test } from "vitest";
import * as z from "zod";
import { ingestRequestSchema } from "../../../lambdas/contract/calls/ingest.ts";
import { jobListQuerySchema } from "../../../lambdas/contract/calls/jobs.ts";
import { searchRequestSchema } from "../../../lambdas/contract/calls/search.ts";
import { uploadRequestSchema } from "../../../lambdas/contract/calls/uploads.ts";
import { inPlainWords } from "../../../lambdas/contract/validation-messages.ts";

const told = (schema: z.ZodType, value: unknown) =>
  (schema.safeParse(value, { error: inPlainWords }).error?.issues ?? []).map(
    ({ path, message }) => `${path.join(".")} ${message}`,
  );

describe("validation messages", () => {
  test.each([
    [{}, "query is required"],
    [{ query: 5 }, "query must be a string"],
    [{ query: " " }, "query must not be blank"],
    [{ query: "x".repeat(8_001) }, "query must have at most 8000 characters"],
    [{ query: "x", limit: 0 }, "limit must be a whole number from 1 to 100"],
    [{ query: "x", limit: "ten" }, "limit must be a whole number from 1 to 100"],
    [{ query: "x", limit: 2.5 }, "limit must be a whole number from 1 to 100"],
    [{ query: "x", mode: "fuzzy" }, "mode must be one of hybrid, vector, text"],
    [
      { query: "x", filter: { document_id: { in: [] } } },
      "filter.document_id.in must not be empty",
    ],
    [{ query: "x", order: "asc" }, " has an unknown field: order"],
  ])("of a search say what is allowed: %j", (body, message) => {
    expect(told(searchRequestSchema, body)).toEqual([message]);
  });

  test("an empty enumeration, string or array must not be empty", () => {
    const schema = { type: "object", properties: { a: { type: "string", enum: [] } } };
    const options = { metadata: { schema } };
    expect(told(ingestRequestSchema, { text: "x", options })).toEqual([
      "options.metadata.schema.properties.a.enum must not be empty",
    ]);
    expect(told(z.string().min(1), "")).toEqual([" must not be empty"]);
    expect(told(z.array(z.string()).min(2), [])).toEqual([" must have at least 2 items"]);
  });

  test.each([
    [0, "must be a whole number of at least 1"],
    [1.5, "must be a whole number of at least 1"],
    [1e20, "must be a whole number from 1 to 9007199254740991"],
  ])("of a size name the violated bound: %d", (size_bytes, message) => {
    expect(told(uploadRequestSchema, { content_type: "text/plain", size_bytes })).toEqual([
      `size_bytes ${message}`,
    ]);
  });

  test("of a listing say what is allowed", () => {
    expect(told(jobListQuerySchema, { limit: "x" })).toEqual([
      "limit must be a whole number from 1 to 100",
    ]);
  });

  test.each([
    [{ document_id: "a b" }, /^document_id must start with a letter or digit and have/],
    [{ attributes: { a: null } }, /^attributes\.a must be a string .*, a number, true or false$/],
    [
      { attributes: { a: "x".repeat(1_025) } },
      /^attributes\.a must (be|have) .*at most 1024 characters/,
    ],
    [
      { attributes: { "a b": 1 } },
      /^attributes\.a b has an invalid name: a name must have at most 64 letters, digits and/,
    ],
    [{ attributes: [] }, /^attributes must be an object$/],
    [{ options: { chunking: { max_tokens: 63 } } }, /max_tokens must be .* from 64 to 2048$/],
    [{ options: { chunking: { overlap_tokens: -1 } } }, /must be a whole number of at least 0$/],
    [{ options: { chunking: { strategy: "x" } } }, /strategy must be one of \w+, \w+$/],
    [{ options: { metadata: { schema: { type: "list" } } } }, /schema\.type must be object$/],
    [
      {
        options: { metadata: { schema: { type: "object", properties: { a: { type: "list" } } } } },
      },
      /properties\.a must have the type string,/,
    ],
  ])("of a document say what is allowed: %j", (changes, message) => {
    const issues = told(ingestRequestSchema, { text: "x", ...changes });
    expect(issues[0]).toMatch(message);
    expect(issues.join()).not.toMatch(/Invalid|expected|received|NaN/);
  });

  test("use the schema's own message if it has one", () => {
    expect(told(z.string("is ours"), 5)).toEqual([" is ours"]);
  });
});
