import type { ParsedPage } from "@llamaindex/liteparse";
import { escapePipes } from "../../document/table.ts";
import { type Item, itemsOf, rowsOf } from "./items.ts";

/** With fewer rows, columns may line up by chance. */
const minRows = 3;
const maxColumns = 12;
/** The space between columns, in heights of a line; a blank takes about a quarter. */
const minGap = 1;
/** How far the beginnings, ends or middles of a column's cells lie apart, in points. */
const maxShift = 3;

interface Cell {
  readonly text: string;
  readonly left: number;
  readonly right: number;
}

/**
 * A table for a paragraph whose pieces stand in columns on the page; undefined if they do not.
 * @param above a line above the paragraph that may be the table's header
 */
export function tableOf(paragraph: string, page: ParsedPage, above?: string): string | undefined {
  const body = above === undefined ? linesOf(paragraph, page) : rowsFrom(paragraph, page);
  if (body === undefined || body.length < (above === undefined ? minRows : 1)) return undefined;
  const rows = above === undefined ? body : [...(linesOf(above, page) ?? []), ...body];
  const header = rows[0];
  const isHeaded = above === undefined || rows.length === body.length + 1;
  if (header === undefined || !isHeaded || !isTable(rows, above !== undefined)) return undefined;
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const [first = [], ...others] = rows.map((row) => row.map(({ text }) => escapePipes(text)));
  return [line(first), line(first.map(() => "-")), ...others.map(line)].join("\n");
}

/** The rows of a paragraph, or of a table that was made of one. */
function rowsFrom(block: string, page: ParsedPage): Cell[][] | undefined {
  if (!block.startsWith("| ")) return linesOf(block, page);
  const lines = block.split("\n").filter((_, index) => index !== 1);
  const words = lines.join(" ").replaceAll(String.raw`\|`, " ").replaceAll("|", " ");
  return linesOf(words, page);
}

function linesOf(text: string, page: ParsedPage): Cell[][] | undefined {
  const items = itemsOf(text, page);
  return items === undefined ? undefined : rowsOf(items).map(cellsOf);
}

function cellsOf(row: readonly Item[]): Cell[] {
  const cells: Cell[] = [];
  for (const { text, x, width, height } of row) {
    const last = cells.at(-1);
    const piece = { text: text.trim(), left: x, right: x + width };
    if (last === undefined || x - last.right > height * minGap) cells.push(piece);
    else {
      cells[cells.length - 1] = { ...last, text: `${last.text} ${piece.text}`, right: piece.right };
    }
  }
  return cells;
}

/** @param headed the first row is a header, which is often aligned in another way */
function isTable(rows: readonly (readonly Cell[])[], headed: boolean): boolean {
  const columns = rows[0]?.length ?? 0;
  if (columns < 2 || columns > maxColumns) return false;
  if (rows.some((row) => row.length !== columns)) return false;
  const aligned = headed ? rows.slice(1) : rows;
  return Array.from({ length: columns }, (_, column) => aligned.map((row) => row[column])).every(
    isColumn,
  );
}

function isColumn(cells: readonly (Cell | undefined)[]): boolean {
  const sides = [
    ({ left }: Cell) => left,
    ({ right }: Cell) => right,
    ({ left, right }: Cell) => (left + right) / 2,
  ];
  return sides.some((side) => {
    const places = cells.flatMap((cell) => (cell === undefined ? [] : [side(cell)]));
    return Math.max(...places) - Math.min(...places) <= maxShift;
  });
}
