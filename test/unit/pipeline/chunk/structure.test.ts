import { describe, expect, test } from "vitest";
import { split } from "../../../../lambdas/pipeline/chunk/split.ts";
import { chunking, expectChunks } from "./expectations.ts";
import { Prose } from "./prose.ts";

const prose = new Prose(5);
const small = chunking({ maxTokens: 64, overlapTokens: 0 });

/** As long as a section must be to have chunks of its own. */
const body = (opening: string): string =>
  `${opening} ${Array.from({ length: 12 }, () => prose.sentence()).join(" ")}`;

/** The headings of the chunk that holds `words`. */
function headingsAt(text: string, words: string): readonly string[] | undefined {
  return [...split(text, chunking())].find((chunk) => chunk.text.includes(words))?.headings;
}

describe("headings", () => {
  const text = [
    body("Preface of the whole."),
    "# Manual of **the** [bridge](https://example.com)",
    body("Opening words."),
    "Costs `in` euros\n---",
    body("Four millions."),
    "### Steel ###",
    body("Half of it."),
    "Length\n======",
    body("Long enough."),
  ].join("\n\n");

  test.each([
    ["Preface", []],
    ["Opening", ["Manual of the bridge"]],
    ["Four", ["Manual of the bridge", "Costs in euros"]],
    ["Half", ["Manual of the bridge", "Costs in euros", "Steel"]],
    ["Long enough", ["Length"]],
  ])("above %j are kept beside the chunk, outermost first", (words, headings) => {
    expect(headingsAt(text, words)).toEqual(headings);
  });

  test("stand in the text of the first chunk beneath them, and no chunk holds two sections that are not small", () => {
    const chunks = expectChunks(text);
    expect(chunks.map((chunk) => chunk.text.split(/\n|(?<=\.) /u)[0])).toEqual([
      "Preface of the whole.",
      "# Manual of **the** [bridge](https://example.com)",
      "Costs `in` euros",
      "### Steel ###",
      "Length",
    ]);
  });

  test("without a text of their own go with the section after them", () => {
    const chunks = expectChunks(
      `# A\n\n## B\n\n${body("Text.")}\n\n## C\n\n### D\n\n${body("More.")}`,
    );
    expect(chunks.map(({ text, headings }) => [text.slice(0, 9), headings])).toEqual([
      ["# A\n\n## B", ["A", "B"]],
      ["## C\n\n###", ["A", "C", "D"]],
    ]);
  });

  test("stay with the words beneath them when the section is cut", () => {
    for (let time = 0; time < 20; time += 1) {
      const title = prose.sentence();
      const sentences = Array.from({ length: 20 }, () => prose.sentence());
      const chunks = expectChunks(
        `# ${title}\n\n${sentences.join(" ")}`,
        chunking({ maxTokens: 128, overlapTokens: 0 }),
      );
      expect(chunks.length).toBeGreaterThan(3);
      expect(chunks[0]?.text).toMatch(/^# .+\n\n\S/u);
      for (const chunk of chunks) expect(chunk.headings).toEqual([title]);
    }
  });

  test.each([
    ["a fence", "```sh\n# comment\n```\n\nText."],
    ["an open fence", "~~~\n# comment\nText."],
    ["a comment", "<!--\n# comment\n-->\n\nText."],
    ["indented code", "Code:\n\n    # comment\n\nText."],
    ["a fence of a list", "- item\n\n  ```\n  # comment\n  ```\n\nText."],
    ["front matter", "---\n# comment\ntitle: none\n---\n\nText."],
  ])("in %s are none", (_, block) => {
    expect(headingsAt(block, "Text.")).toEqual([]);
  });

  test("of plain text are none", () => {
    const [chunk] = split("# Not a heading\n\nText.", chunking({ strategy: "recursive" }));
    expect(chunk).toMatchObject({ headings: [], text: "# Not a heading\n\nText." });
  });
});

describe("what fits is whole", () => {
  const wholeIn = (unit: string, options = small) => {
    const around = Array.from({ length: 8 }, () => prose.paragraph());
    const text = [...around, unit, ...around].join("\n\n");
    return expectChunks(text, options).some((chunk) => chunk.text.includes(unit));
  };

  test("each sentence of a wrapped paragraph, also of more tokens than overlap leaves", () => {
    const sentences = Array.from({ length: 40 }, () =>
      prose.sentence().replaceAll(/ (\S+) /gu, " $1\n"),
    );
    const chunks = expectChunks(
      sentences.join("\n"),
      chunking({ maxTokens: 80, overlapTokens: 40 }),
    );
    for (const sentence of sentences) {
      expect(chunks.some((chunk) => chunk.text.includes(sentence))).toBe(true);
    }
  });

  test.each([
    ["a list", "- one\n- two\n  - three. And four.\n- five"],
    ["a table", "| a | b |\n|---|---|\n| 1. One | 2 |\n| 3 | 4 |"],
    ["code", "```js\nlet a = 1. \n\nlet b = 2;\n```"],
  ])("%s", (_, unit) => {
    expect(wholeIn(unit)).toBe(true);
  });

  test("lists and tables that do not fit are cut between items and rows", () => {
    const item = () => `- ${prose.sentence()} ${prose.sentence()}\n`;
    const row = () => `| ${prose.word()}. ${prose.word()} | ${prose.word()} |\n`;
    const list = Array.from({ length: 12 }, item).join("");
    const table = `| a | b |\n|---|---|\n${Array.from({ length: 30 }, row).join("")}`;
    const chunks = expectChunks(
      `${list}\n${table}`,
      chunking({ maxTokens: 128, overlapTokens: 0 }),
    );
    expect(chunks.length).toBeGreaterThan(5);
    for (const chunk of chunks) expect(chunk.text).toMatch(/^[-|] .*\n$/su);
  });
});

test("a chunk begins with the last sentences of the one before, as many as the overlap holds", () => {
  const text = Array.from({ length: 60 }, () => prose.sentence()).join(" ");
  const chunks = expectChunks(text, chunking({ maxTokens: 512, overlapTokens: 128 }));
  expect(chunks.length).toBeGreaterThan(3);
  for (const [index, chunk] of chunks.entries()) {
    const before = chunks[index - 1];
    expect(chunk.text).toMatch(/^[A-Z]/u);
    if (before === undefined) continue;
    expect(chunk.start).toBeLessThan(before.end);
    expect(text.slice(0, chunk.start)).toMatch(/\. $/u);
  }
});

test("blocks larger than what is parsed at once are cut, and nothing is lost", () => {
  const list = `${"- item of a list\n".repeat(60_000)}\n# After\n\nText.`;
  const chunks = [...split(list, chunking({ maxTokens: 2_048, overlapTokens: 0 }))];
  expect(chunks.map(({ text }) => text).join("")).toBe(list);
  expect(chunks.at(-1)?.text).toMatch(/# After\n\nText\.$/u);
  expect(chunks.at(-1)?.headings).toEqual(["After"]);
});

test("a fence is one also where the parser's window ends in it", () => {
  const fences = "```\n# no heading\n\n- no list\n```\n\n".repeat(20_000);
  const chunks = [...split(fences, chunking({ maxTokens: 2_048, overlapTokens: 0 }))];
  expect(chunks.filter((chunk) => chunk.headings.length > 0)).toEqual([]);
});
