/**
 * Cuts generated monsters, in a process of its own, so that `--max-old-space-size` bounds what
 * they may take: `node --max-old-space-size=400 monsters.ts SEED`.
 */
import * as fc from "fast-check";
import { createSplitter } from "../../../../lambdas/pipeline/chunk/split.ts";
import { countCl100k } from "../../../../lambdas/pipeline/chunk/tokens.ts";
import { type ChunkingOptions, modelInput } from "../../../../lambdas/records/jobs/chunk.ts";
import { lost } from "./expectations.ts";

const characters = 250_000;
/** Times that a character may be counted: work, and so time, in the text's length. */
const maxCounted = 40;

const lineEnd = fc.constantFrom("\n", "\r", "\r\n", "\u2028", "\n\n", " ");
const mark = fc.constantFrom(
  ..."- |* |1. |> |>|#|# |<div>|<h1>|</h1>|<!--|```|~~~|    |\t|[|](|`|**|_|---|===|\\|".split("|"),
  "|",
  "|-",
  "data:a/b;base64,",
  "A1b2",
  "x",
  "漢",
  "😀",
  "e\u0301",
  "\u200b",
  "\ufeff",
  "\ud800",
  "\u0000",
  ". ",
  "ab cd ",
);
const line = fc
  .tuple(
    fc.array(fc.tuple(mark, fc.integer({ min: 1, max: 60 })), { minLength: 1, maxLength: 4 }),
    lineEnd,
  )
  .map(([parts, end]) => parts.map(([unit, times]) => unit.repeat(times)).join("") + end);

/** A few lines again and again; each time with one mark more, where it grows. */
const monster = fc
  .tuple(fc.array(line, { minLength: 1, maxLength: 3 }), fc.option(mark), fc.boolean())
  .map(([lines, growing, isOneLine]) => {
    const unit = isOneLine
      ? lines.join("").replaceAll(/[\r\n\u2028]/gu, "") || "x"
      : lines.join("");
    const parts: string[] = [];
    let length = 0;
    for (let n = 0; length < characters; n += 1) {
      parts.push((growing ?? "").repeat(n % 300), unit);
      length += unit.length + (growing ?? "").length * (n % 300);
    }
    return parts.join("").slice(0, characters);
  });

const options = fc.constantFrom<ChunkingOptions>(
  { strategy: "markdown", maxTokens: 512, overlapTokens: 64 },
  { strategy: "markdown", maxTokens: 64, overlapTokens: 32 },
  { strategy: "recursive", maxTokens: 512, overlapTokens: 64 },
);

const known = [
  `${"- ".repeat(40)}x\n`.repeat(18_000),
  `${"- > 1. ".repeat(20)}x\n`.repeat(4_000),
  "- ".repeat(250_000),
  "-\n".repeat(250_000),
  "-".repeat(1_000_000),
  "\n".repeat(20_000_000),
  "Words of a line. And more.\r".repeat(40_000),
];

function cut(text: string, given: ChunkingOptions): void {
  let counted = 0;
  const split = createSplitter((part) => {
    counted += part.length;
    return countCl100k(part);
  });
  const chunks = [];
  for (const chunk of split(text, given)) {
    if (countCl100k(modelInput(chunk)) > given.maxTokens) throw new Error("A chunk is too long.");
    chunks.push(chunk);
  }
  if (!/data:|A1b2/u.test(text) && lost(text, chunks).length > 0) throw new Error("Text is lost.");
  if (counted > maxCounted * text.length) throw new Error(`${counted} characters were counted.`);
}

for (const text of known) cut(text, { strategy: "markdown", maxTokens: 512, overlapTokens: 64 });
fc.assert(fc.property(monster, options, cut), {
  seed: Number(process.argv[2]),
  numRuns: 10,
  endOnFailure: true,
});
