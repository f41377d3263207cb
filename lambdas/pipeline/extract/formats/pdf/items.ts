import type { ParsedPage } from "@llamaindex/liteparse";

/** A piece of text at its place on the page. */
export type Item = ParsedPage["textItems"][number];

/** Pieces of other text that may stand between those of one line. */
const maxSkipped = 5;

/** The pieces of text that a line of the Markdown is made of, if they can be told. */
export function itemsOf(line: string, { textItems }: ParsedPage): Item[] | undefined {
  const wanted = lettersOf(line);
  if (wanted === "") return undefined;
  for (const [start, { text }] of textItems.entries()) {
    const letters = lettersOf(text);
    if (letters === "" || !wanted.startsWith(letters)) continue;
    const items = takenFrom(textItems.slice(start), wanted);
    if (items !== undefined) return items;
  }
  return undefined;
}

function takenFrom(items: readonly Item[], wanted: string): Item[] | undefined {
  const taken: Item[] = [];
  let rest = wanted;
  let skipped = 0;
  for (const item of items) {
    const letters = lettersOf(item.text);
    if (letters === "") continue;
    if (rest.startsWith(letters)) {
      taken.push(item);
      rest = rest.slice(letters.length);
      skipped = 0;
      if (rest === "") return taken;
    } else if (++skipped > maxSkipped) return undefined;
  }
  return undefined;
}

/** Pieces beside each other, from top to bottom and from left to right. */
export function rowsOf(items: readonly Item[]): Item[][] {
  const rows: Item[][] = [];
  for (const item of items) {
    const row = rows.find(
      ([first]) => Math.abs(middleOf(item) - middleOf(first)) < item.height / 2,
    );
    if (row === undefined) rows.push([item]);
    else row.push(item);
  }
  return rows
    .map((row) => row.toSorted((a, b) => a.x - b.x))
    .toSorted((a, b) => (a[0]?.y ?? 0) - (b[0]?.y ?? 0));
}

function middleOf(item: Item | undefined): number {
  return item === undefined ? 0 : item.y + item.height / 2;
}

export function lettersOf(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]/gu, "");
}
