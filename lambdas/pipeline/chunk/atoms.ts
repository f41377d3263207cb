/** The smallest parts of a section: units that fit into a chunk, and parts of those that do not. */
import { hasVisibleText } from "../../platform/visible-text.ts";
import type { Block } from "./blocks.ts";
import { type Cutter, hashAt, lines, pieces, sentences, words } from "./cuts.ts";
import type { TokenCounter } from "./tokens.ts";

export interface Atom {
  readonly start: number;
  readonly end: number;
  readonly tokens: number;
  /** How much the boundary before this atom separates; the weakest go first. */
  readonly strength: number;
  /** Orders boundaries of one strength by what follows them. */
  readonly hash: number;
}

/** Not to be cut if it can be helped: after a heading, and beside blanks. */
export const glue = 0;
const blockStrength = 10;
/** Characters after a boundary that make its hash. */
const hashed = 64;
/** No text has so many characters a token that it must be counted to know that it is too long. */
const charactersPerToken = 16;

export function fits(text: string, maxTokens: number, count: TokenCounter): boolean {
  return text.length <= maxTokens * charactersPerToken && count(text) <= maxTokens;
}

/**
 * Cuts blocks only as far as they do not fit: a block that fits is one atom,
 * so are the sentences (of prose) or lines (of anything else) of one that does
 * not, and so on.
 */
export function atomsOf(
  text: string,
  blocks: readonly Block[],
  maxTokens: number,
  count: TokenCounter,
): readonly Atom[] {
  const atoms: Atom[] = [];
  // A UTF-16 unit is at most three bytes, and a byte at most a token.
  const longestPiece = Math.min(64, Math.floor(maxTokens / 3));
  const byPiece: Cutter = (part) => pieces(part, longestPiece);

  const divide = (
    start: number,
    end: number,
    strength: number,
    cutters: readonly Cutter[],
  ): void => {
    const part = text.slice(start, end);
    const [cutter, ...finer] = cutters;
    if (cutter === undefined || fits(part, maxTokens, count)) {
      const isBlank = !hasVisibleText(part);
      atoms.push({
        start,
        end,
        tokens: sizeOf(part, count),
        strength: isBlank ? glue : strength,
        hash: hashAt(text, start, hashed),
      });
      return;
    }
    let from = start;
    for (const cut of cutter(part)) {
      divide(from, start + cut, from === start ? strength : cutters.length, finer);
      from = start + cut;
    }
    divide(from, end, from === start ? strength : cutters.length, finer);
  };

  const prose = [sentences, lines, words, byPiece];
  const inLines = [lines, sentences, words, byPiece];
  for (const [index, block] of blocks.entries()) {
    const strength = blocks[index - 1]?.kind === "heading" ? glue : blockStrength;
    const { start, end, kind, items = [] } = block;
    if (kind !== "lines") divide(start, end, strength, prose);
    else divide(start, end, strength, [() => items.map((item) => item - start), ...inLines]);
  }
  return atoms;
}

/**
 * A space before a word is part of the word's token; after it, it would be a
 * token of its own, and a row of words would seem twice as long as it is.
 */
function sizeOf(part: string, count: TokenCounter): number {
  return /\S $/u.test(part) ? count(` ${part.slice(0, -1)}`) : count(part);
}
