import * as fc from "fast-check";
import { expect, test } from "vitest";
import { apiBase } from "../../../console/logic/api.ts";
import { hrefOf, parseRoute, type Route, type SearchRoute } from "../../../console/logic/route.ts";

const id = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 });
const text = fc.string({ unit: "grapheme", maxLength: 40 });

const routes: fc.Arbitrary<Route> = fc.oneof(
  fc.constantFrom<Route>({ view: "flow" }, { view: "documents" }),
  id.map((one): Route => ({ view: "job", id: one })),
  fc.tuple(id, fc.option(fc.nat(99_999), { nil: undefined })).map(([one, chunk]): Route => {
    return { view: "document", id: one, ...(chunk === undefined ? {} : { chunk }) };
  }),
  fc.record<SearchRoute>({
    view: fc.constant("search"),
    query: text,
    mode: fc.constantFrom("hybrid", "vector", "text"),
    document: text,
    attribute: text,
    own: text,
    language: text,
  }),
);

test("every place has an address that leads back to it", () => {
  fc.assert(
    fc.property(routes, (route) => {
      expect(parseRoute(hrefOf(route))).toEqual(route);
    }),
  );
});

test("an address of no place leads to the pipeline", () => {
  for (const fragment of ["", "#", "#/", "#/nowhere", "#/jobs", "#/jobs/", "#key=abc"]) {
    expect(parseRoute(fragment)).toEqual({ view: "flow" });
  }
  expect(parseRoute("#/jobs/%E0%A4%A")).toEqual({ view: "job", id: "%E0%A4%A" });
});

test.each([
  ["https://a.execute-api.eu-west-1.amazonaws.com/v1/console", "/v1"],
  ["http://127.0.0.1:8060/v1/console#/jobs/1", "/v1"],
  ["http://127.0.0.1:8060/v1/console?x=1", "/v1"],
  [
    "http://127.0.0.1:4566/restapis/ab12/v1/_user_request_/console",
    "/restapis/ab12/v1/_user_request_",
  ],
  ["https://api.example/console", ""],
])("the API of the page at %s is at %s", (page, path) => {
  expect(apiBase(page)).toBe(new URL(page).origin + path);
});
