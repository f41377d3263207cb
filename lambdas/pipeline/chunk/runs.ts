/** Long runs that say nothing: blanks, which no chunk holds, and blobs, which a mark stands for. */
import { firstVisibleFrom, hasVisibleText } from "../../platform/visible-text.ts";

/** UTF-16 offsets of a run. */
export type Run = readonly [start: number, end: number];

/** Shorter runs of blanks stay in the text; longer ones stand between chunks. */
export const leastBlankRun = 4_096;
/** Letters of base64 in a row that are no word of any language. */
const leastBlobRun = 512;
const leastPayload = 128;
/** Lines of base64 have 64 or 76 letters. */
const leastLine = 60;
/** What is left of a blob before its mark: enough to tell one from another. */
const keptOfBlob = 16;
/** One character, so that no cut can fall into it. */
const mark = "…";

/** Runs of at least {@link leastBlankRun} characters that nobody sees, ascending. */
export function blankRuns(text: string): readonly Run[] {
  return [...runs(text, leastBlankRun, (at) => isBlankAt(text, at), firstVisibleFrom)];
}

function isBlankAt(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  if (unit < 0x7f) return unit <= 0x20;
  const isSecondHalf = at > 0 && (text.codePointAt(at - 1) ?? 0) > 0xff_ff;
  return !hasVisibleText(String.fromCodePoint(text.codePointAt(isSecondHalf ? at - 1 : at) ?? 0));
}

/**
 * Only every `least / 2`th character is looked at, because a long run covers
 * one of them: the time is that of the runs.
 *
 * @param endOf Where a run ends that has a member at the offset.
 */
function* runs(
  text: string,
  least: number,
  isMember: (at: number) => boolean,
  endOf: (text: string, at: number) => number,
): Iterable<Run> {
  const stride = least / 2;
  let from = 0;
  for (let probe = stride - 1; probe < text.length; ) {
    if (!isMember(probe)) {
      probe += stride;
      continue;
    }
    let start = probe;
    while (start > from && isMember(start - 1)) start -= 1;
    const end = endOf(text, probe);
    if (end - start >= least) yield [start, end];
    from = end;
    probe = end + stride;
  }
}

/** A document without its blobs, and where a place in it stands in the document. */
export interface Shown {
  readonly text: string;
  readonly toDocument: (offset: number) => number;
}

/**
 * Shortens the payload of data URIs, and base64 that stands alone (also in
 * lines of one length), to its first characters and a mark.
 */
export function withoutBlobs(document: string): Shown {
  const parts: string[] = [];
  const marks: number[] = [];
  const hidden: number[] = [0];
  let from = 0;
  let length = 0;
  for (const [start, end] of blobs(document)) {
    const cut = start + keptOfBlob;
    const part = document.slice(from, cut) + mark;
    parts.push(part);
    length += part.length;
    marks.push(length);
    hidden.push((hidden.at(-1) ?? 0) + end - cut - mark.length);
    from = end;
  }
  if (parts.length === 0) return { text: document, toDocument: (offset) => offset };
  parts.push(document.slice(from));
  return {
    text: parts.join(""),
    toDocument: (offset) => offset + (hidden[countUpTo(marks, offset)] ?? 0),
  };
}

/** How many of the ascending `values` are at most `limit`. */
function countUpTo(values: readonly number[], limit: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

function* blobs(text: string): Iterable<Run> {
  const base64 = base64Runs(text)[Symbol.iterator]();
  let next = base64.next();
  let from = 0;
  for (const uri of dataUris(text)) {
    for (; !next.done && next.value[0] < uri[1]; next = base64.next()) {
      if (next.value[0] < from || next.value[1] > uri[0]) continue;
      yield next.value;
    }
    yield uri;
    from = uri[1];
  }
  for (; !next.done; next = base64.next()) if (next.value[0] >= from) yield next.value;
}

const uriStart = /data:[\w.+-]{1,100}\/[\w.+-]{1,100}(?:;[\w.=+-]{1,100}){0,5},/giu;
const payload = /[\w+/=%.~!$&*;:@?-]+/y;

function* dataUris(text: string): Iterable<Run> {
  for (const match of text.matchAll(uriStart)) {
    payload.lastIndex = match.index + match[0].length;
    const start = payload.lastIndex;
    const length = payload.exec(text)?.[0].length ?? 0;
    if (length >= leastPayload) yield [start, start + length];
  }
}

const mayBeBase64 = Uint8Array.from({ length: 128 }, (_, unit) =>
  /[A-Za-z0-9+/_=\r\n-]/u.test(String.fromCharCode(unit)) ? 1 : 0,
);
const noBase64 = /[^A-Za-z0-9+/_=\r\n-]/g;
const lineOfBase64 = /[^\r\n]+/g;

function* base64Runs(text: string): Iterable<Run> {
  const isMember = (at: number): boolean => mayBeBase64[text.charCodeAt(at)] === 1;
  for (const [start, end] of runs(text, leastBlobRun, isMember, endOfBase64)) {
    for (const [first, last] of evenLines(text.slice(start, end))) {
      const run: Run = [start + first, start + last];
      if (run[1] - run[0] >= leastBlobRun && isMixed(text.slice(...run))) yield run;
    }
  }
}

function endOfBase64(text: string, at: number): number {
  noBase64.lastIndex = at;
  return noBase64.exec(text)?.index ?? text.length;
}

/** Lines that are long by themselves, and rows of lines as long as the first, with the shorter last one. */
function* evenLines(text: string): Iterable<Run> {
  let row: { start: number; end: number; length: number } | undefined;
  for (const { index, 0: line } of text.matchAll(lineOfBase64)) {
    const end = index + line.length;
    const isNext = row !== undefined && /^(?:\r\n?|\n)$/u.test(text.slice(row.end, index));
    if (row !== undefined && isNext && line.length === row.length) {
      row.end = end;
      continue;
    }
    const isLast = row !== undefined && isNext && isRest(line, row.length);
    if (row !== undefined) yield [row.start, isLast ? end : row.end];
    row =
      !isLast && line.length >= leastLine ? { start: index, end, length: line.length } : undefined;
  }
  if (row !== undefined) yield [row.start, row.end];
}

/** Rather a few letters too many in the text than a word too few. */
function isRest(line: string, rowLength: number): boolean {
  const isWhole = line.length < rowLength && line.length % 4 === 0;
  return isWhole && (line.endsWith("=") || isMixed(line));
}

/** Words, digits and hexadecimal numbers lack one of the three. */
function isMixed(run: string): boolean {
  const head = run.slice(0, leastBlobRun);
  return /[a-z]/u.test(head) && /[A-Z]/u.test(head) && /\d/u.test(head);
}
