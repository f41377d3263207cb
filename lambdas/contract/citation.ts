/** Where a passage stands in the file that was sent: the first and the last of each. */
export interface Cited {
  readonly pages?: readonly [number, number] | undefined;
  readonly slide?: readonly [number, number] | undefined;
  readonly record?: readonly [number, number] | undefined;
  readonly sheet?: readonly [string, string] | undefined;
  readonly chapter?: readonly [string, string] | undefined;
}

/** In words, such as `pages 3 to 4`; undefined for formats without places. */
export function citationOf({ pages, slide, record, sheet, chapter }: Cited): string | undefined {
  if (pages) return inWords("page", pages);
  if (slide) return inWords("slide", slide);
  if (sheet) return inWords("sheet", sheet);
  if (record) return inWords("record", record);
  return chapter && inWords("chapter", chapter);
}

function inWords(one: string, [from, to]: readonly [unknown, unknown]): string {
  return from === to ? `${one} ${String(from)}` : `${one}s ${String(from)} to ${String(to)}`;
}
