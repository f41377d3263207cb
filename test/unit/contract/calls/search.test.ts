import { describe, expect, test } from "vitest";
import { searchRequestSchema } from "../../../../lambdas/contract/calls/search.ts";
import { toFilter } from "../../../../lambdas/http/search/filter.ts";

const parse = (body: unknown) => searchRequestSchema.safeParse(body);
const issues = (body: unknown) =>
  parse(body).error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];
const filterOf = (filter: unknown) =>
  toFilter(searchRequestSchema.parse({ query: "x", filter }).filter);

describe("a search request", () => {
  test("has defaults", () => {
    expect(searchRequestSchema.parse({ query: "  fox " })).toEqual({
      query: "fox",
      limit: 10,
      mode: "hybrid",
      filter: {},
    });
  });

  test.each([
    [{}, "query"],
    [{ query: " \n\t " }, "query: must not be blank"],
    [{ query: 5 }, "query"],
    [{ query: "x".repeat(8_001) }, "query"],
    [{ query: "x", limit: 0 }, "limit"],
    [{ query: "x", limit: 101 }, "limit"],
    [{ query: "x", limit: 1.5 }, "limit"],
    [{ query: "x", mode: "fuzzy" }, "mode"],
    [{ query: "x", offset: -1 }, "offset"],
    [{ query: "x", offset: 901 }, "offset"],
    [{ query: "x", min_score: 1.1 }, "min_score"],
    [{ query: "x", context: 6 }, "context"],
    [{ query: "x", limit: 50, context: 3 }, "context: asks for more than 300 chunks"],
    [{ query: "x", group_by: "chunk" }, "group_by"],
    [{ query: "x", unique: "yes" }, "unique"],
    [{ query: "x", filter: "tenant = 'acme'" }, "filter"],
    [{ query: "x", filter: { tenant: "globex" } }, "filter: Unrecognized key"],
    [
      { query: "x", filter: { language: 5 } },
      'filter.language: must be a string or {"in": [strings]}',
    ],
    [
      { query: "x", filter: { attributes: { year: null } } },
      "filter.attributes.year: must be a value",
    ],
    [
      { query: "x", filter: { attributes: { year: {} } } },
      "filter.attributes.year: must have at least one of",
    ],
    [{ query: "x", filter: { attributes: { year: { in: [] } } } }, "filter.attributes.year"],
    [
      { query: "x", filter: { attributes: { year: { gt: 1, lt: "9" } } } },
      "filter.attributes.year",
    ],
    [{ query: "x", filter: { attributes: { year: { like: "%" } } } }, "filter.attributes.year"],
    [{ query: "x", order: "asc" }, ": Unrecognized key"],
  ])("%j is refused, and told where it is wrong", (body, where) => {
    expect(issues(body).join("\n")).toContain(where);
  });
});

describe("a filter", () => {
  test("becomes conditions that must all hold", () => {
    expect(
      filterOf({
        document_id: { in: ["a", "b"] },
        language: "en",
        attributes: { final: true, year: { gte: 2020, lt: 2024 }, "odd 'name": { in: ["x", 1] } },
      }),
    ).toEqual([
      { field: "document_id", op: "in", values: ["a", "b"] },
      { field: "language", op: "eq", value: "en" },
      { field: "attributes.final", op: "eq", value: true },
      { field: "attributes.year", op: "range", gte: 2020, lt: 2024 },
      { field: "attributes.odd 'name", op: "in", values: ["x", 1] },
    ]);
    expect(filterOf({})).toEqual([]);
  });
});
