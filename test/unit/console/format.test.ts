import { expect, test } from "vitest";
import { dollars, ranges, when } from "../../../console/logic/format.ts";

test("a time comes with its day", () => {
  const now = new Date(2026, 10, 26, 0, 30).getTime();
  const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
  expect(when(ago(5), now)).toMatch(/^today, \d/);
  expect(when(ago(45), now)).toMatch(/^yesterday, \d/);
  expect(when(ago(3 * 24 * 60), now)).toMatch(/2026/);
});

test("small costs have the digits that they need", () => {
  expect([0, 0.00142, 12.3].map(dollars)).toEqual(["$0.00", "$0.0014", "$12.30"]);
});

test("pages in a row are told as a range", () => {
  expect(ranges([3, 5, 6, 7, 9])).toBe("3, 5 to 7, 9");
  expect(ranges([])).toBe("");
});
