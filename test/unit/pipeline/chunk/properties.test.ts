import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSplitter, split } from "../../../../lambdas/pipeline/chunk/split.ts";
import { countCl100k } from "../../../../lambdas/pipeline/chunk/tokens.ts";
import { hasVisibleText } from "../../../../lambdas/platform/visible-text.ts";
import { chunking, expectChunks } from "./expectations.ts";

const options = fc
  .record({
    strategy: fc.constantFrom("markdown" as const, "recursive" as const),
    maxTokens: fc.oneof(fc.constantFrom(64, 512, 2048), fc.integer({ min: 64, max: 2048 })),
    half: fc.double({ min: 0, max: 0.5, noNaN: true }),
  })
  .map(({ half, ...rest }) => ({ ...rest, overlapTokens: Math.floor(rest.maxTokens * half) }));

/** Pieces of which texts go wrong: markup, breaks of every kind, wide and joined characters. */
const piece = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.lorem({ mode: "sentences", maxCount: 6 }),
  fc.constantFrom(
    ..."# |## |> |- |1. |```\n|~~~|\n\n|\r\n|\r|---\n|===\n| |\t|    |<!-- |<div>|\u2028|. |。|漢字|Привет. ".split(
      "|",
    ),

    "<|im_start|>",
    "<|endoftext|>",
    "👩‍👩‍👧‍👦",
    "🇩🇪🇫🇷",
    "e\u0301\u0302",
    "\ud800",
    "\udc00",
    "|a|b|\n|-|-|\n",
  ),
  fc
    .tuple(fc.constantFrom("x", " ", "\n", "漢", "😀", "ab ", "- "), fc.nat(900))
    .map(([unit, times]) => unit.repeat(times)),
);
const text = fc.array(piece, { minLength: 1, maxLength: 60 }).map((parts) => parts.join(""));

describe("any text, under any options", () => {
  test("is its chunks without what they repeat but for blanks, and none is too long, is blank or cuts a character", () => {
    fc.assert(
      fc.property(text, options, (text, options) => {
        const chunks = expectChunks(text, options);
        expect(chunks.length > 0).toBe(hasVisibleText(text));
      }),
      { numRuns: 150 },
    );
  });

  test("has the same chunks each time", () => {
    fc.assert(
      fc.property(text, options, (text, options) => {
        expect([...split(text, options)]).toEqual([...split(text, options)]);
      }),
      { numRuns: 30 },
    );
  });

  test("repeats about as many tokens as asked for at most, and nothing if none", () => {
    fc.assert(
      fc.property(text, options, (text, options) => {
        let end = 0;
        for (const chunk of split(text, options)) {
          // A word cut off from its space may take a token more.
          const repeated = countCl100k(text.slice(chunk.start, end));
          expect(repeated).toBeLessThanOrEqual(options.overlapTokens && options.overlapTokens + 2);
          end = chunk.end;
        }
      }),
      { numRuns: 50 },
    );
  });

  test("stays within the limit when parts take more tokens together than alone", () => {
    const counters = [
      (text: string) => Math.ceil(text.length / 3 + text.length ** 2 / 2_000),
      (text: string) => Math.ceil(text.length / 3) + (text.length > 90 ? 40 : 0),
    ];
    const words = "Here are some words to repeat. ".repeat(60);
    fc.assert(
      fc.property(text, options, fc.constantFrom(...counters), (text, options, count) => {
        const splitStrangely = createSplitter(count);
        for (const given of [options, { ...options, maxTokens: 64, overlapTokens: 32 }]) {
          for (const chunk of splitStrangely(`${text}${words}`, given)) {
            expect(count(chunk.text)).toBeLessThanOrEqual(given.maxTokens);
          }
        }
      }),
      { numRuns: 30 },
    );
  });
});

test("a chunk of nothing but whitespace is made only of whitespace that fits nowhere else", () => {
  const word = fc.lorem({ mode: "sentences", maxCount: 5 });
  const gap = fc.stringMatching(/^[ \t\n\r]{1,12}$/);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(gap, word, gap), { minLength: 1, maxLength: 40 }),
      options,
      (parts, options) => {
        const text = parts.flat().join("");
        fc.pre(/\S/u.test(text));
        const chunks = expectChunks(text, options);
        expect(chunks.filter((chunk) => chunk.text.trim() === "")).toEqual([]);
      },
    ),
    {
      numRuns: 60,
      examples: [
        [
          [
            [
              "\n",
              "Semper gravida in in sed, mauris, ipsum fusce. Lobortis consequat. Eros nonummy. Amet, sapien varius, blandit ligula nisl. Nec lectus euismod lorem in congue elementum diam vel duis non.",
              "\r\r\r\t\n \n\t",
            ],
          ],
          chunking({ strategy: "markdown", maxTokens: 64, overlapTokens: 0 }),
        ],
      ],
    },
  );
  const chunks = expectChunks(`a${" \n".repeat(3_000)}b`, chunking({ maxTokens: 64 }));
  expect(chunks.at(0)?.text).toContain("a");
  expect(chunks.at(-1)?.text).toContain("b");
});

test("characters that nobody sees are no chunk of their own, as whitespace is none", () => {
  const sentence = fc.lorem({ mode: "sentences", maxCount: 5 });
  const unseen = fc.string({
    unit: fc.constantFrom("\u200b", "\ufeff", "\u0000", " ", "\n"),
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(fc.array(sentence, { minLength: 1, maxLength: 20 }), unseen, (parts, blanks) => {
      const text = `${parts.join(" ")}\n\n${blanks}`;
      const chunks = expectChunks(text, chunking({ maxTokens: 64, overlapTokens: 0 }));
      expect(chunks.filter((chunk) => !hasVisibleText(chunk.text))).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
