import { expect, test } from "vitest";
import { citationOf } from "../../../lambdas/contract/citation.ts";

test.each([
  [{ pages: [3, 3] }, "page 3"],
  [{ pages: [3, 4] }, "pages 3 to 4"],
  [{ slide: [7, 7] }, "slide 7"],
  [{ sheet: ["Tolls", "Tolls"] }, "sheet Tolls"],
  [{ record: [1, 20] }, "records 1 to 20"],
  [{ chapter: ["One", "Two"] }, "chapters One to Two"],
  [{}, undefined],
] as const)("%j is cited as %j", (places, words) => {
  expect(citationOf(places)).toBe(words);
});
