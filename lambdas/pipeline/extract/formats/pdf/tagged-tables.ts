/** Tables whose rows and cells the PDF names itself, as browsers, Word and LibreOffice write them. */
import type { ParsedPage } from "@llamaindex/liteparse";
import { type Item, lettersOf, rowsOf } from "./items.ts";
import { markdownOf } from "./tables.ts";

type Tagged = NonNullable<ParsedPage["structureTree"]>["roots"][number];

/** Of a table on one page; more are no table that somebody reads. */
const maxPieces = 3_000;
/** A wider or longer span is a mistake of the writing program. */
const maxSpan = 100;

/**
 * The page's Markdown with such a table in the place of what layout alone made of it. Left as it is
 * where layout made one table, or mixed the table with other text.
 */
export function withTaggedTables(markdown: string, page: ParsedPage): string {
  let blocks = markdown.split("\n\n");
  for (const table of (page.structureTree?.roots ?? []).flatMap(tablesIn)) {
    const rows = rowsIn(table, page);
    if (rows === undefined) continue;
    const items = rows.cells.flat();
    const own = blocksOf(blocks, items);
    if (own.length < 2) continue;
    const [first] = own;
    const written = markdownOf(rows.texts);
    blocks = blocks.flatMap((block, at) =>
      at === first ? [written] : own.includes(at) ? [] : [block],
    );
  }
  return blocks.join("\n\n");
}

function tablesIn(element: Tagged): Tagged[] {
  const within = element.children.flatMap(tablesIn);
  // A table in a table is layout: the inner ones are what is read as such.
  return element.type === "Table" && within.length === 0 ? [element] : within;
}

interface Rows {
  readonly cells: readonly (readonly Item[])[];
  /** Of equal length; the text of a merged cell stands in each place that it covers. */
  readonly texts: readonly (readonly string[])[];
}

/** Undefined for what has fewer than two rows or columns, or no text. */
function rowsIn(table: Tagged, page: ParsedPage): Rows | undefined {
  const itemsById = Map.groupBy(page.textItems, ({ mcid }) => mcid);
  const cells: (readonly Item[])[] = [];
  const texts: string[][] = [];
  const put = (row: number, column: number, text: string) => {
    const cellsOfRow = (texts[row] ??= []);
    cellsOfRow[column] = text;
  };
  for (const [row, line] of rowElements(table).entries()) {
    let column = 0;
    texts[row] ??= [];
    for (const cell of line.children.filter(({ type }) => type === "TD" || type === "TH")) {
      while (texts[row]?.[column] !== undefined) column += 1;
      const items = idsIn(cell).flatMap((id) => itemsById.get(id) ?? []);
      cells.push(items);
      const text = rowsOf(items)
        .flat()
        .map((item) => item.text.trim())
        .join(" ");
      const [wide, high] = [spanOf(cell, "ColSpan"), spanOf(cell, "RowSpan")];
      for (let down = 0; down < high; down += 1) {
        for (let right = 0; right < wide; right += 1) put(row + down, column + right, text);
      }
      column += wide;
    }
  }
  const columns = Math.max(0, ...texts.map((row) => row.length));
  const whole = texts.map((row) => Array.from({ length: columns }, (_, at) => row[at] ?? ""));
  const pieces = cells.reduce((sum, items) => sum + items.length, 0);
  const isTable = columns >= 2 && whole.length >= 2 && pieces > 0 && pieces <= maxPieces;
  return isTable ? { cells, texts: whole } : undefined;
}

/** In `THead`, `TBody` and `TFoot`, or in the table itself. */
function rowElements(table: Tagged): Tagged[] {
  return table.children.flatMap((child) => (child.type === "TR" ? [child] : rowElements(child)));
}

function idsIn(element: Tagged): number[] {
  return [...element.markedContentIds, ...element.children.flatMap(idsIn)];
}

function spanOf({ attributes }: Tagged, name: string): number {
  const span = Number(attributes[name] ?? 1);
  return Number.isInteger(span) && span >= 1 && span <= maxSpan ? span : 1;
}

/**
 * The places of the blocks that hold the pieces of text, and nothing else; none if a piece is in no
 * such block.
 */
function blocksOf(blocks: readonly string[], items: readonly Item[]): number[] {
  const left = items.map(({ text }) => lettersOf(text)).filter((letters) => letters !== "");
  // The longest first: a short one may also be a part of a longer one.
  left.sort((a, b) => b.length - a.length);
  const own = blocks.flatMap((block, at) => {
    let rest = lettersOf(block);
    if (rest === "") return [];
    const taken: number[] = [];
    for (const [index, letters] of left.entries()) {
      const place = rest.indexOf(letters);
      if (place === -1) continue;
      taken.push(index);
      rest = `${rest.slice(0, place)}\n${rest.slice(place + letters.length)}`;
    }
    if (rest.replaceAll("\n", "") !== "") return [];
    for (const index of taken.toReversed()) left.splice(index, 1);
    return [at];
  });
  return left.length === 0 ? own : [];
}
