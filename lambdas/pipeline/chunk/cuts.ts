/**
 * Places where a text may be cut, each found by what stands next to it alone:
 * an edit moves no cut that is further away. All of them are linear in the
 * text, whatever is in it.
 */

import { firstVisible } from "../../platform/visible-text.ts";

/** Offsets of cuts inside `text`, ascending; each is the start of the next part. */
export type Cutter = (text: string) => Iterable<number>;

/** What ends a line: also the lone carriage return of old Macs, and Unicode's own separators. */
const lineEnd = String.raw`(?:\r\n?|[\n\u2028\u2029])`;
const blanksInLine = String.raw`[^\S\r\n\u2028\u2029]*`;
const blankLines = new RegExp(`${lineEnd}${blanksInLine}${lineEnd}\\s*`, "gu");
const lineEnds = new RegExp(`${lineEnd}(?:${blanksInLine}${lineEnd})*`, "gu");

/** Finds one line end after another, from its `lastIndex` on. */
export const lineEndFinder = (): RegExp => new RegExp(lineEnd, "gu");

/** After blank lines. */
export const paragraphs: Cutter = (text) => after(text, blankLines);

/** After line ends; blank lines belong to the line before, indentation to the line after. */
export const lines: Cutter = (text) => after(text, lineEnds);

/** After whitespace, and after the punctuation of scripts that do without. */
export const words: Cutter = (text) => after(text, /\s+|[，、；：・]\s*/gu);

/**
 * After full stops and their like. Not `Intl.Segmenter`: its sentences took
 * 30 s for a megabyte, and end where a line was wrapped.
 */
export function* sentences(text: string): Iterable<number> {
  const ends = /[.!?…؟۔।։።]["'”’»)\]*_]{0,3}\s+|[。！？｡]["'”’」』】）»)\]]{0,3}\s*/gu;
  for (const cut of after(text, ends)) {
    // "approx. five" and "e.g. this": a sentence does not begin in lower case.
    if (!/^\p{Ll}/u.test(text.slice(cut, cut + 2)) || /[。！？｡]/u.test(text[cut - 1] ?? ""))
      yield cut;
  }
}

const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });

/**
 * Anywhere between characters as readers see them: where the hash of what
 * follows is least, so that an insertion moves few of the cuts.
 *
 * @param most Longest part in UTF-16 units. A longer grapheme is cut between code points.
 */
export function* pieces(text: string, most: number): Iterable<number> {
  let start = 0;
  while (text.length - start > most) {
    start += pieceLength(text.slice(start, start + 2 * most), most);
    yield start;
  }
}

function pieceLength(window: string, most: number): number {
  let last: number | undefined;
  let best: number | undefined;
  let bestHash = Number.POSITIVE_INFINITY;
  for (const index of graphemeStarts(window)) {
    if (index > most) break;
    last = index;
    const hash = hashAt(window, index, 8);
    if (index < most / 4 || hash >= bestHash) continue;
    best = index;
    bestHash = hash;
  }
  return best ?? last ?? (isInsidePair(window, most) ? most - 1 : most);
}

function* graphemeStarts(window: string): Iterable<number> {
  // Where each character is one, the segmenter would take most of the time.
  if (/^[\u0020-\u007e]*$/u.test(window)) {
    for (let index = 1; index < window.length; index += 1) yield index;
  } else {
    for (const { index } of graphemes.segment(window)) if (index > 0) yield index;
  }
}

function isInsidePair(text: string, offset: number): boolean {
  return (text.codePointAt(offset - 1) ?? 0) > 0xff_ff;
}

function* after(text: string, separator: RegExp): Iterable<number> {
  // Blanks before the first word belong to it: alone they would be a chunk that says nothing.
  const first = firstVisible(text);
  if (first < 0) return;
  for (const match of text.matchAll(separator)) {
    const cut = match.index + match[0].length;
    if (cut > first && cut < text.length) yield cut;
  }
}

/** A number from the `length` characters at `offset` (FNV-1a, mixed so that all of its bits count). */
export function hashAt(text: string, offset: number, length: number): number {
  let hash = 0x81_1c_9d_c5;
  const end = Math.min(text.length, offset + length);
  for (let i = offset; i < end; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01_00_01_93);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2_b2_ae_35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
