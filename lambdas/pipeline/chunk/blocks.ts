/** A text as a row of blocks; each ends where the next begins. */
import { paragraphs, words } from "./cuts.ts";
import type { Heading } from "./markdown/headings.ts";
import type { Run } from "./runs.ts";

export interface Block {
  readonly start: number;
  readonly end: number;
  /** Prose runs on over line ends; in a list, a table or code a line is a unit; blanks say nothing. */
  readonly kind: "prose" | "lines" | "heading" | "blank";
  /** Of a heading. */
  readonly heading?: Heading;
  /** Where items of a list begin, but for the first. */
  readonly items?: readonly number[];
  readonly contexts?: readonly Context[];
}

/** Lines without which what stands in `[from, to)` cannot be read: a table's header, a fence's first line. */
export interface Context {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * What is held in memory at once, in UTF-16 units. A block or a section that
 * is longer is treated as several.
 */
export const maxPortion = 1024 * 1024;

/** Text without markup: its paragraphs. */
export function* plainBlocks(text: string): Iterable<Block> {
  let start = 0;
  for (const cut of paragraphs(text)) {
    yield { start, end: cut, kind: "prose" };
    start = cut;
  }
  yield { start, end: text.length, kind: "prose" };
}

/** Takes long runs of blanks out of the blocks that they stand in, as blocks of their own. */
export function* apartFromBlanks(blocks: Iterable<Block>, blanks: readonly Run[]): Iterable<Block> {
  let next = 0;
  for (const block of blocks) {
    let { start } = block;
    for (let run = blanks[next]; run !== undefined && run[0] < block.end; run = blanks[next]) {
      const end = Math.min(run[1], block.end);
      if (run[0] > start) yield partOf(block, start, run[0]);
      const from = Math.max(run[0], start);
      if (end > from) yield { start: from, end, kind: "blank" };
      start = end;
      if (run[1] > block.end) break;
      next += 1;
    }
    if (start < block.end) yield partOf(block, start, block.end);
  }
}

/** Cuts blocks that are longer than {@link maxPortion}. */
export function* inPortions(text: string, blocks: Iterable<Block>): Iterable<Block> {
  for (const block of blocks) {
    let { start } = block;
    while (block.kind !== "blank" && block.end - start > maxPortion) {
      const end = portionEnd(text, start);
      yield partOf(block, start, end);
      start = end;
    }
    yield partOf(block, start, block.end);
  }
}

function partOf(block: Block, start: number, end: number): Block {
  if (start === block.start && end === block.end) return block;
  const { kind, heading, items, contexts } = block;
  return {
    start,
    end,
    ...(kind === "heading" && start !== block.start ? { kind: "prose" } : { kind }),
    ...(heading !== undefined && start === block.start ? { heading } : {}),
    ...(items && { items: items.filter((item) => item > start && item < end) }),
    ...(contexts && { contexts: contexts.filter(({ from, to }) => from < end && to > start) }),
  };
}

/** At the last line or word that ends in the portion's last part; anywhere if none does. */
function portionEnd(text: string, start: number): number {
  const from = start + maxPortion - 65_536;
  const tail = text.slice(from, start + maxPortion);
  const line = /^[^]*[\r\n\u2028\u2029]/u.exec(tail)?.[0].length ?? 0;
  if (line > 0 && !(text[from + line] === "\n" && text[from + line - 1] === "\r")) {
    return from + line;
  }
  let cut: number | undefined;
  for (const word of words(tail)) cut = word;
  if (cut !== undefined) return from + cut;
  const end = start + maxPortion;
  return (text.codePointAt(end - 1) ?? 0) > 0xff_ff ? end - 1 : end;
}
