/** The smallest parts of sections: units that fit into a chunk, and parts of those that do not. */
import { hasVisibleText } from "../../platform/visible-text.ts";
import type { Block } from "./blocks.ts";
import type { Contexts } from "./contexts.ts";
import { type Cutter, hashAt, lines, pieces, sentences, words } from "./cuts.ts";
import { noLevel, type Section } from "./sections.ts";
import type { TokenCounter } from "./tokens.ts";

export interface Atom {
  readonly start: number;
  readonly end: number;
  readonly tokens: number;
  /** Of what goes with a chunk that begins here. */
  readonly contextTokens: number;
  /** How much the boundary before this atom separates; the weakest go first. */
  readonly strength: number;
  /** Orders boundaries of one strength by what follows them. */
  readonly hash: number;
}

/** Not to be cut if it can be helped: after a heading, and beside blanks. */
export const glue = 0;
const blockStrength = 10;
/** Of the least section; those of higher headings separate more. */
const sectionStrength = 20;

export const isSectionStart = ({ strength }: Atom): boolean => strength >= sectionStrength;

/** Characters after a boundary that make its hash. */
const hashed = 64;
/** No text has so many characters a token that it must be counted to know that it is too long. */
const charactersPerToken = 16;

export function fits(text: string, maxTokens: number, count: TokenCounter): boolean {
  return text.length <= maxTokens * charactersPerToken && count(text) <= maxTokens;
}

/**
 * Cuts sections only as far as they do not fit: a section that fits is one
 * atom, so are the blocks of one that does not, the sentences (of prose) or
 * lines (of anything else) of a block that does not, and so on.
 */
export function atomsOf(
  text: string,
  sections: readonly Section[],
  contexts: Contexts,
  maxTokens: number,
  count: TokenCounter,
): readonly Atom[] {
  const atoms: Atom[] = [];

  const divide = (
    start: number,
    end: number,
    strength: number,
    block: Block | undefined,
    cutters: readonly Cutter[],
  ): void => {
    const part = text.slice(start, end);
    const contextTokens = contexts.tokensAt(block, start);
    const room = maxTokens - contextTokens;
    const [cutter, ...finer] = cutters;
    if (cutter === undefined || fits(part, room, count)) {
      const isBlank = !hasVisibleText(part);
      atoms.push({
        start,
        end,
        tokens: sizeOf(part, count),
        contextTokens,
        strength: isBlank ? glue : strength,
        hash: hashAt(text, start, hashed),
      });
      return;
    }
    let from = start;
    for (const cut of cutter(part)) {
      divide(from, start + cut, from === start ? strength : cutters.length, block, finer);
      from = start + cut;
    }
    divide(from, end, from === start ? strength : cutters.length, block, finer);
  };

  // A UTF-16 unit is at most three bytes, and a byte at most a token.
  const byPiece: Cutter = (part) => pieces(part, Math.min(64, Math.floor(maxTokens / 3)));
  const prose = [sentences, lines, words, byPiece];
  const inLines = [lines, sentences, words, byPiece];
  for (const { start, end, level, blocks } of sections) {
    const opening = sectionStrength + noLevel - level;
    const room = maxTokens - contexts.tokensAt(blocks[0], start);
    if (fits(text.slice(start, end), room, count)) {
      divide(start, end, opening, blocks[0], []);
      continue;
    }
    for (const [index, block] of blocks.entries()) {
      const inner = blocks[index - 1]?.kind === "heading" ? glue : blockStrength;
      const strength = index === 0 ? opening : inner;
      const { items = [] } = block;
      const byItem: Cutter = () => items.map((item) => item - block.start);
      const cutters = block.kind === "lines" ? [byItem, ...inLines] : prose;
      divide(block.start, block.end, strength, block, cutters);
    }
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
