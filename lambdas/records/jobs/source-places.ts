/** Where in the file that was sent a part of its text stands. */

/** From `offset` on, up to the next mark, the text is of this page, sheet and so on. */
export interface SourceMark {
  /** UTF-16 offset into the document's text. */
  readonly offset: number;
  /** The first is 1, as for slides and records. */
  readonly page?: number;
  readonly slide?: number;
  readonly record?: number;
  /** Its name. */
  readonly sheet?: string;
  /** Its title. */
  readonly chapter?: string;
}

/** The first and the last that a part stands on; the same one twice if it is one. */
export interface SourcePlaces {
  readonly pages?: readonly [from: number, to: number];
  readonly slide?: readonly [from: number, to: number];
  readonly record?: readonly [from: number, to: number];
  readonly sheet?: readonly [from: string, to: string];
  readonly chapter?: readonly [from: string, to: string];
}

/**
 * The places of `[start, end)`. Text before the first mark that names a page
 * counts as that page's.
 *
 * @param marks Ascending by offset.
 */
export function placesOf(marks: readonly SourceMark[], start: number, end: number): SourcePlaces {
  const first = Math.max(0, countBefore(marks, start + 1) - 1);
  const within = marks.slice(first, Math.max(first + 1, countBefore(marks, end)));
  const pages = rangeOf(within.map(({ page }) => page));
  const slide = rangeOf(within.map((mark) => mark.slide));
  const record = rangeOf(within.map((mark) => mark.record));
  const sheet = rangeOf(within.map((mark) => mark.sheet));
  const chapter = rangeOf(within.map((mark) => mark.chapter));
  return {
    ...(pages && { pages }),
    ...(slide && { slide }),
    ...(record && { record }),
    ...(sheet && { sheet }),
    ...(chapter && { chapter }),
  };
}

function rangeOf<T>(values: readonly (T | undefined)[]): readonly [T, T] | undefined {
  const known = values.filter((value) => value !== undefined);
  const [from, to] = [known[0], known.at(-1)];
  return from === undefined || to === undefined ? undefined : [from, to];
}

/** How many of the marks stand before `offset`. */
function countBefore(marks: readonly SourceMark[], offset: number): number {
  let [low, high] = [0, marks.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((marks[middle]?.offset ?? offset) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
