/** The part of a passage that a reader should see first: where the query's words stand. */
import { type Section, type Span, sectionsOf, wholeOf } from "./sections.ts";

export interface Snippet {
  readonly text: string;
  /** UTF-16 offset into the passage. */
  readonly start: number;
  /** The query's words, as offsets into `text`. */
  readonly marks: readonly { readonly start: number; readonly end: number }[];
}

/** UTF-16 units; about four lines. */
const snippetLength = 300;
/** A snippet begins at a word, so many units sooner at most. */
const toWordStart = 24;

interface Word {
  readonly start: number;
  readonly end: number;
  readonly folded: string;
}

/**
 * Of all windows the one with the most different words of the query, long ones counting more;
 * what it finds stands in its middle. A window holds no heading: headings are answered beside the
 * text, and glued to it they read as its first words. Where only headings have a word of the query
 * it is the beginning of what stands under the best of them, else of the passage.
 */
export function snippetOf(passage: string, query: string, hasHeadings = false): Snippet {
  const wanted = wantedBy(query);
  const sections = hasHeadings ? sectionsOf(passage) : [wholeOf(passage)];
  const windows = sections.map((section) => ({ section, ...bestWindow(passage, section, wanted) }));
  const [first, ...others] = windows.filter(({ weight }) => weight > 0);
  if (first === undefined) return beginning(passage, sections, wanted);
  const { section, found, words } = others.reduce(
    (best, other) => (isBetter(other, best) ? other : best),
    first,
  );
  const start = startOf(passage, section, words);
  const end = Math.min(section.end, start + snippetLength);
  return { ...cut(passage, start, end), marks: marksIn(found, start, end) };
}

/**
 * The words of a query, and which of them a word of a passage is. A search has up to 100 passages, and
 * a query up to 1,500 words: compared one with another they would take seconds.
 */
class Wanted {
  readonly #byBeginning: Map<string, string[]>;
  readonly #met = new Map<string, string | undefined>();

  constructor(query: string) {
    const words = [...new Set(wordsOf(query).map(({ folded }) => folded))];
    this.#byBeginning = Map.groupBy(words, beginningOf);
  }

  /** The first of the query's words that it is; `undefined` if it is none. */
  named(word: string): string | undefined {
    if (!this.#met.has(word)) {
      const candidates = this.#byBeginning.get(beginningOf(word)) ?? [];
      this.#met.set(
        word,
        candidates.find((other) => isSameWord(word, other)),
      );
    }
    return this.#met.get(word);
  }
}

let latest: { readonly query: string; readonly wanted: Wanted } | undefined;

/** All passages of an answer ask for the same one. */
function wantedBy(query: string): Wanted {
  if (latest?.query !== query) latest = { query, wanted: new Wanted(query) };
  return latest.wanted;
}

function bestWindow(passage: string, section: Section, wanted: Wanted) {
  const found = findIn(passage, section, wanted);
  let best: Window = { words: [], weight: 0, length: 0 };
  for (const first of found.keys()) {
    const window = windowFrom(found, first);
    if (isBetter(window, best)) best = window;
  }
  return { ...best, found };
}

const isBetter = (a: Window, b: Window) =>
  a.weight > b.weight || (a.weight === b.weight && a.length < b.length);

/** Of the section under the heading with the most words of the query. */
function beginning(passage: string, sections: readonly Section[], wanted: Wanted): Snippet {
  const weightOfHeading = ({ heading }: Section) =>
    [...new Set(findIn(passage, heading, wanted).map(({ of }) => of))].reduce(
      (sum, word) => sum + weightOf(word),
      0,
    );
  const [best = wholeOf(passage)] = sections.toSorted(
    (a, b) => weightOfHeading(b) - weightOfHeading(a),
  );
  const end = Math.min(best.end, best.start + snippetLength);
  return { ...cut(passage, best.start, end), marks: [] };
}

const cut = (passage: string, start: number, end: number) => ({
  text: passage.slice(start, end).toWellFormed(),
  start,
});

const marksIn = (found: readonly Found[], start: number, end: number) =>
  found
    .filter((word) => word.start >= start && word.end <= end)
    .map((word) => ({ start: word.start - start, end: word.end - start }));

function findIn(passage: string, { start, end }: Span, wanted: Wanted): Found[] {
  return wordsOf(passage.slice(start, end)).flatMap((word) => {
    const of = wanted.named(word.folded);
    return of === undefined
      ? []
      : [{ ...word, start: word.start + start, end: word.end + start, of }];
  });
}

interface Found extends Word {
  /** The query's word that it is. */
  readonly of: string;
}

interface Window {
  readonly words: readonly Word[];
  readonly weight: number;
  readonly length: number;
}

/** From this word to the last one that adds a word of the query. */
function windowFrom(found: readonly Found[], first: number): Window {
  const from = found[first]?.start ?? 0;
  const seen = new Set<string>();
  let until = first;
  for (let i = first; i < found.length; i++) {
    const word = found[i];
    if (word === undefined || word.end - from > snippetLength) break;
    if (!seen.has(word.of)) until = i;
    seen.add(word.of);
  }
  const weight = [...seen].reduce((sum, word) => sum + weightOf(word), 0);
  const length = (found[until]?.end ?? from) - from;
  return { words: found.slice(first, until + 1), weight, length };
}

function startOf(passage: string, section: Section, words: readonly Word[]): number {
  const [first, last] = [words[0], words.at(-1)];
  if (first === undefined || last === undefined) return section.start;
  const room = Math.max(0, snippetLength - (last.end - first.start));
  const wished = Math.max(section.start, first.start - Math.floor(room / 2));
  const latest = Math.max(section.start, Math.min(wished, section.end - snippetLength));
  const before = passage.slice(Math.max(section.start, latest - toWordStart), latest);
  const blank = before.search(/\s\S*$/);
  return blank === -1 || latest === section.start ? latest : latest - (before.length - blank - 1);
}

const segmenter = new Intl.Segmenter("und", { granularity: "word" });

/** As the text index cuts and folds them: by Unicode's rules, without case and accents, `_` apart. */
function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  for (const { segment, index, isWordLike } of segmenter.segment(text)) {
    if (!isWordLike) continue;
    for (const part of segment.matchAll(/[^_]+/g)) {
      const start = index + part.index;
      const folded = part[0]
        .normalize("NFD")
        .replaceAll(/\p{Mn}/gu, "")
        .toLowerCase();
      words.push({ start, end: start + part[0].length, folded });
    }
  }
  return words;
}

/** Of two forms of one word the same: what {@link isSameWord} compares is longer, or the whole word. */
const beginningOf = (word: string) => word.slice(0, 4);

/** Also another form of it: `battery` and `batteries`. Words of few letters are mostly others. */
function isSameWord(a: string, b: string): boolean {
  if (a === b) return true;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (short.length < 5) return false;
  return long.startsWith(short.slice(0, Math.ceil(long.length * 0.65)));
}

/** Short words are mostly those of any text. */
const weightOf = (word: string) => Math.min(word.length, 8) ** 2;
