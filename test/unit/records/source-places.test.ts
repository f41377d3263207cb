import { describe, expect, test } from "vitest";
import { placesOf } from "../../../lambdas/records/jobs/source-places.ts";

const pages = [
  { offset: 0, page: 1 },
  { offset: 100, page: 2 },
  { offset: 200, page: 3 },
];

describe("the places of a part of a document", () => {
  test.each([
    ["within a page", 10, 90, [1, 1]],
    ["that begins with a page", 100, 150, [2, 2]],
    ["that ends where the next page begins", 20, 100, [1, 1]],
    ["that reaches one character into the next page", 20, 101, [1, 2]],
    ["over three pages", 99, 201, [1, 3]],
    ["at the document's end", 250, 300, [3, 3]],
  ])("%s", (_, start, end, expected) => {
    expect(placesOf(pages, start, end)).toEqual({ pages: expected });
  });

  test("are sheets by name, and slides, records and chapters as the marks have them", () => {
    const sheets = [
      { offset: 0, sheet: "Costs" },
      { offset: 50, sheet: "Income" },
    ];
    expect(placesOf(sheets, 10, 20)).toEqual({ sheet: ["Costs", "Costs"] });
    expect(placesOf(sheets, 10, 60)).toEqual({ sheet: ["Costs", "Income"] });
    expect(placesOf([{ offset: 0, slide: 4 }], 1, 2)).toEqual({ slide: [4, 4] });
    expect(placesOf([{ offset: 0, record: 7 }], 1, 2)).toEqual({ record: [7, 7] });
    const book = [
      { offset: 0, chapter: "I", page: 1 },
      { offset: 9, chapter: "I", page: 2 },
    ];
    expect(placesOf(book, 0, 20)).toEqual({ chapter: ["I", "I"], pages: [1, 2] });
  });

  test("before the first mark are that mark's, if the part reaches it or not", () => {
    expect(placesOf([{ offset: 5, page: 2 }], 0, 3)).toEqual({ pages: [2, 2] });
    expect(placesOf([{ offset: 5, page: 2 }], 0, 9)).toEqual({ pages: [2, 2] });
  });

  test("without marks are none", () => {
    expect(placesOf([], 0, 10)).toEqual({});
  });
});
