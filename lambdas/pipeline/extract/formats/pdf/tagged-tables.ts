/** Tables whose rows and cells the PDF names itself, as browsers, Word and LibreOffice write them. */
import type { ParsedPage } from "@llamaindex/liteparse";
import type { Bounds } from "../../bounds.ts";
import { type Cell, paragraph, type Row } from "../../document/blocks.ts";
import { tableMarkdown } from "../../document/table.ts";
import { type Item, lettersOf, rowsOf } from "./items.ts";

type Tagged = NonNullable<ParsedPage["structureTree"]>["roots"][number];

/** Of a table on one page; more are no table that somebody reads. */
const maxPieces = 3_000;
/** A wider or longer span is a mistake of the writing program. */
const maxSpan = 100;

/**
 * The page's Markdown with such a table in the place of what layout alone made of it. Left as it is
 * where layout made one table, or mixed the table with other text.
 */
export function withTaggedTables(markdown: string, page: ParsedPage, bounds: Bounds): string {
  const tables = (page.structureTree?.roots ?? []).flatMap(tablesIn);
  if (tables.length === 0) return markdown;
  const itemsById = Map.groupBy(page.textItems, ({ mcid }) => mcid);
  let blocks = markdown.split("\n\n");
  for (const table of tables) {
    const cells = rowElements(table).map((row) =>
      row.children
        .filter(({ type }) => type === "TD" || type === "TH")
        .map((cell) => ({ cell, items: idsIn(cell).flatMap((id) => itemsById.get(id) ?? []) })),
    );
    const items = cells.flat().flatMap((one) => one.items);
    const rows = cells.map((row) => row.map(({ cell, items: own }) => cellOf(cell, own)));
    if (!isTable(rows) || items.length === 0 || items.length > maxPieces) continue;
    const own = blocksOf(blocks, items);
    if (own.length < 2) continue;
    const written = tableMarkdown(rows, bounds);
    blocks = blocks.flatMap((block, at) =>
      at === own[0] ? [written] : own.includes(at) ? [] : [block],
    );
  }
  return blocks.join("\n\n");
}

function tablesIn(element: Tagged): Tagged[] {
  const within = element.children.flatMap(tablesIn);
  // A table in a table is layout: the inner ones are what is read as such.
  return element.type === "Table" && within.length === 0 ? [element] : within;
}

/** What has one row or one column is no table that somebody reads. */
function isTable(rows: readonly Row[]): boolean {
  const widths = rows.map((row) => row.reduce((sum, { columns = 1 }) => sum + columns, 0));
  return rows.length >= 2 && Math.max(...widths) >= 2;
}

function cellOf(cell: Tagged, items: readonly Item[]): Cell {
  const lines = rowsOf(items).flat();
  return {
    blocks: [paragraph(lines.map((item) => item.text.trim()).join(" "))],
    columns: spanOf(cell, "ColSpan"),
    rows: spanOf(cell, "RowSpan"),
  };
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
