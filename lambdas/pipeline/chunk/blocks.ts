/** A text as a row of blocks; each ends where the next begins. */
import { paragraphs, words } from "./cuts.ts";

export interface Block {
  readonly start: number;
  readonly end: number;
  /** Prose runs on over line ends; in a list, a table or code a line is a unit. */
  readonly kind: "prose" | "lines" | "heading";
  /** Of a heading. */
  readonly heading?: { readonly level: number; readonly title: string };
  /** Where items of a list begin, but for the first. */
  readonly items?: readonly number[];
}

/**
 * What is held in memory at once, in UTF-16 units. A block or a section that
 * is longer is treated as several.
 */
export const maxPortion = 2 * 1024 * 1024;

/** Text without markup: its paragraphs. */
export function* plainBlocks(text: string): Iterable<Block> {
  let start = 0;
  for (const cut of paragraphs(text)) {
    yield { start, end: cut, kind: "prose" };
    start = cut;
  }
  yield { start, end: text.length, kind: "prose" };
}

/** Cuts blocks that are longer than {@link maxPortion}. */
export function* inPortions(text: string, blocks: Iterable<Block>): Iterable<Block> {
  for (const block of blocks) {
    let { start } = block;
    while (block.end - start > maxPortion) {
      const end = portionEnd(text, start);
      yield { start, end, kind: block.kind === "heading" ? "prose" : block.kind };
      start = end;
    }
    yield start === block.start ? block : { start, end: block.end, kind: block.kind };
  }
}

/** At the last line or word that ends in the portion's last part; anywhere if none does. */
function portionEnd(text: string, start: number): number {
  const from = start + maxPortion - 65_536;
  const tail = text.slice(from, start + maxPortion);
  const line = tail.lastIndexOf("\n");
  if (line >= 0) return from + line + 1;
  let cut: number | undefined;
  for (const word of words(tail)) cut = word;
  if (cut !== undefined) return from + cut;
  const end = start + maxPortion;
  return (text.codePointAt(end - 1) ?? 0) > 0xff_ff ? end - 1 : end;
}
