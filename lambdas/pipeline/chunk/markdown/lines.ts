/**
 * A document's lines as a parser gets them: the same structure in a bounded
 * number of characters, whatever the lines hold.
 */
import { lineEndFinder } from "../cuts.ts";
import type { Run } from "../runs.ts";

/** Some lines of a document, made short. */
export interface Lines {
  readonly source: string;
  /** Where each line of `source` begins in the document. */
  readonly starts: readonly number[];
  /** Where the line after the last begins in the document. */
  readonly end: number;
}

/** Characters of a line that a parser sees, at its beginning and its end (of a comment, say). */
const shownAtEnds = 4_096;
/** Columns of indentation and marks of lists and quotes; a parser goes one level deeper for two. */
const maxMarkColumns = 64;
/** Blank lines in a row; more say nothing else. */
const maxBlankLines = 2;

const onlyRule = /^[-*_ \t]*$/;

/** Reads a document's lines, from any line's start on, in portions. */
export class LineReader {
  readonly #text: string;
  readonly #blanks: readonly Run[];
  readonly #lineEnds = lineEndFinder();

  /** @param blanks Long runs of blanks, ascending; their lines are passed over. */
  constructor(text: string, blanks: readonly Run[]) {
    this.#text = text;
    this.#blanks = blanks;
  }

  /** Lines from `start` on, of at least `size` characters as the parser gets them, or all that are left. */
  read(start: number, size: number): Lines {
    const lines: string[] = [];
    const starts: number[] = [];
    let length = 0;
    let blank = 0;
    let at = start;
    while (at < this.#text.length && length < size) {
      const blanksEnd = this.#afterBlanks(at);
      const [end, next] = blanksEnd > at ? [at, blanksEnd] : this.#lineAt(at);
      const line = shortened(this.#text, at, end);
      blank = line === "" ? blank + 1 : 0;
      if (blank <= maxBlankLines) {
        lines.push(line);
        starts.push(at);
        length += line.length + 1;
      }
      at = next;
    }
    return { source: lines.join("\n"), starts, end: at };
  }

  /** Where the line ends that begins at `start`, and the next begins. */
  #lineAt(start: number): Run {
    this.#lineEnds.lastIndex = start;
    const match = this.#lineEnds.exec(this.#text);
    const { length } = this.#text;
    return match === null ? [length, length] : [match.index, match.index + match[0].length];
  }

  /** The last line that begins within the blanks that `start` stands in. */
  #afterBlanks(start: number): number {
    const run = this.#blanks[this.#firstBlankEndingAfter(start)];
    if (run === undefined || run[0] > start) return start;
    let at = run[1];
    while (at > start && !/[\r\n\u2028\u2029]/u.test(this.#text.charAt(at - 1))) at -= 1;
    return at;
  }

  #firstBlankEndingAfter(offset: number): number {
    let [low, high] = [0, this.#blanks.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#blanks[middle]?.[1] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function shortened(text: string, start: number, end: number): string {
  const line =
    end - start <= 2 * shownAtEnds
      ? text.slice(start, end)
      : text.slice(start, start + shownAtEnds) + text.slice(end - shownAtEnds, end);
  const marks = marksLength(line);
  if (marks === line.length && /^\s*$/u.test(line)) return "";
  const most = line.slice(0, maxMarkColumns).includes("\t") ? maxMarkColumns / 4 : maxMarkColumns;
  if (marks <= most) return line;
  if (marks === line.length || onlyRule.test(line)) return line.slice(0, most);
  // A letter, because what stands so deep opens nothing that a section or a cut depends on.
  return `${line.slice(0, most)}x${line.slice(marks)}`;
}

const marksAtStart = /^(?:[ \t>]+|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))*/u;

/** Indentation and marks of lists and quotes before a line's content. */
export function marksLength(line: string): number {
  return marksAtStart.exec(line)?.[0].length ?? 0;
}
