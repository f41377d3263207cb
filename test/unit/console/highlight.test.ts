import * as fc from "fast-check";
import { expect, test } from "vitest";
import { highlight, queryWords } from "../../../console/logic/reading/highlight.ts";

const marked = (text: string, query: string) =>
  highlight(text, queryWords(query))
    .filter(({ hit }) => hit)
    .map(({ text }) => text);

test("whatever is marked, the parts put together are the passage, and no two alike are neighbours", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (text, query) => {
      const parts = highlight(text, queryWords(query));
      expect(parts.map((part) => part.text).join("")).toBe(text);
      for (const [index, part] of parts.entries()) {
        expect(part.text).not.toBe("");
        expect(part.hit).not.toBe(parts[index + 1]?.hit);
      }
    }),
  );
});

test("a passage that is one of the query's words is marked", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{5,12}$/), (word) => {
      expect(marked(`${word.toUpperCase()}!`, word)).toEqual([word.toUpperCase()]);
    }),
  );
});

test("words are marked in other cases, with other accents and in their other forms", () => {
  expect(marked("The Bridges of Malmö cost too much.", "bridge malmo costs")).toEqual([
    "Bridges",
    "Malmö",
    "cost",
  ]);
});

test("words that merely begin alike are not", () => {
  expect(marked("The bride is not a bridge; a car is no caravan.", "bridge car")).toEqual([
    "bridge",
    "car",
  ]);
});

test("the small words of a question are not marked, unless there are no others", () => {
  expect(marked("what did the bridge cost", "what did the bridge cost")).toEqual([
    "bridge",
    "cost",
  ]);
  expect(marked("to be or not to be", "to be")).toEqual(["to", "be", "to", "be"]);
});

test("writing without spaces is marked by its words", () => {
  expect(marked("東京の天気は晴れです", "東京").join("")).toBe("東京");
});
