import { describe, expect, test } from "vitest";
import { countCl100k } from "../../../../lambdas/pipeline/chunk/tokens.ts";
import { chunking, expectChunks, tokensOf } from "./expectations.ts";

const repeated = (unit: string, times: number): string => unit.repeat(times);
const pangram = "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. ";

describe("texts of ten thousand words", () => {
  test.each([
    ["Latin", repeated(pangram, 1_000)],
    ["Latin in wrapped lines", repeated(pangram.replaceAll(" ", "\n"), 1_000)],
    ["Cyrillic", repeated("Съешь же ещё этих мягких французских булок, да выпей чаю. ", 1_000)],
    ["Chinese", repeated("我们在黄河边的村庄里，看见了许多高大的柳树。", 1_000)],
    ["Thai, without spaces", repeated("ภาษาไทยไม่มีการเว้นวรรคระหว่างคำ", 300)],
    ["emoji", repeated("😀👩‍👩‍👧‍👦 🇩🇪 ", 3_400)],
    ["special tokens", repeated("<|im_start|>user hello<|im_end|> <|endoftext|>\n", 2_500)],
  ])("%s: rejoin, within the limit, in chunks more than half full", (_, text) => {
    for (const strategy of ["markdown", "recursive"] as const) {
      expectChunks(text, chunking({ strategy, maxTokens: 64, overlapTokens: 8 }), countCl100k);
      const chunks = expectChunks(text, chunking({ strategy }), countCl100k);
      const mean = chunks.reduce((sum, { tokens }) => sum + tokens, 0) / chunks.length;
      expect(mean).toBeGreaterThan(256);
    }
  });
});

describe("one line of 200,000 characters", () => {
  test.each([
    ["one letter", "x"],
    ["hexadecimal", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    ["words", "word "],
    ["ideographs without a stop", "漢字仮名交じり文"],
    ["backticks", "`"],
    ["brackets", "["],
    ["dots", "."],
    ["families", "👩‍👩‍👧‍👦"],
    ["one family without end", "👩\u200D"],
  ])("of %s is cut", (_, unit) => {
    const text = `a${unit.repeat(Math.ceil(200_000 / unit.length))}`;
    const chunks = expectChunks(text, chunking(), countCl100k);
    expect(chunks.length).toBeGreaterThan(1);
  });
});

test("characters that readers see as one stay whole", () => {
  for (const grapheme of ["👩‍👩‍👧‍👦", "🇩🇪", "e\u0301\u0302", "\u1112\u1161\u11ab"]) {
    const text = grapheme.repeat(2_000);
    const chunks = expectChunks(text, chunking({ maxTokens: 64, overlapTokens: 0 }), countCl100k);
    expect(chunks.length).toBeGreaterThan(1);
    for (const { start } of chunks) expect(start % grapheme.length).toBe(0);
  }
});

test("a character without end is cut between its code points", () => {
  const text = `a${"\u{1E8D0}".repeat(1_000)}`;
  expect(
    expectChunks(text, chunking({ maxTokens: 96, overlapTokens: 0 }), countCl100k).length,
  ).toBeGreaterThan(9);
});

test("tokens of ordinary texts are the tokenizer's; of endless runs at least as many", () => {
  for (const text of [pangram, "<|im_start|>", "漢字仮名", "  \n\n- a", ""]) {
    expect(countCl100k(text)).toBe(tokensOf(text));
  }
  for (const unit of ["x", "ab", "漢字", " ", "\n", "-", "=-", "😀", "あ", "é"]) {
    const text = unit.repeat(600);
    expect(countCl100k(text)).toBeGreaterThanOrEqual(tokensOf(text));
  }
});
