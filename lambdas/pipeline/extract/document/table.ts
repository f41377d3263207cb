import { type Bounds, hold } from "../bounds.ts";
import type { Block, Cell, Row } from "./blocks.ts";
import { inlineMarkdown, oneLine } from "./inline.ts";

/**
 * A pipe table. The text of a cell that spans stands in every slot that it
 * covers, so that each row says the whole of what it belongs to. The first row
 * with content is the header, and rows without content go.
 */
export function tableMarkdown(rows: readonly Row[], bounds: Bounds): string {
  const grid = slots(rows, bounds);
  const width = widthOf(grid);
  if (width === 0) return "";
  const lines = grid.map((row) => line(row, width));
  lines.splice(1, 0, `|${" - |".repeat(width)}`);
  return lines.join("\n");
}

function line(row: readonly string[], width: number): string {
  return `|${Array.from({ length: width }, (_, index) => ` ${row[index] ?? ""} |`).join("")}`;
}

/** Columns beyond the last that holds anything go. */
function widthOf(grid: readonly (readonly string[])[]): number {
  return grid.reduce(
    (width, row) => Math.max(width, row.findLastIndex((value) => value !== "") + 1),
    0,
  );
}

function slots(rows: readonly Row[], bounds: Bounds): readonly (readonly string[])[] {
  const grid: string[][] = [];
  /** Rows that show something that no row below repeats. */
  const telling = new Set<number>();
  let count = 0;
  for (const [index, row] of rows.entries()) {
    let column = 0;
    for (const cell of row) {
      while (grid[index]?.[column] !== undefined) column += 1;
      const value = cellMarkdown(cell);
      const columns = cell.columns ?? 1;
      const spanned = Math.min(cell.rows ?? 1, rows.length - index);
      hold(column + columns, bounds.maxColumns, "columns in a table");
      count += columns * spanned;
      hold(count, bounds.maxCells, "cells");
      for (let down = 0; down < spanned; down += 1) {
        const target = (grid[index + down] ??= []);
        for (let right = 0; right < columns; right += 1) target[column + right] = value;
      }
      column += columns;
      if (value !== "") telling.add(index + spanned - 1);
    }
    grid[index] ??= [];
  }
  // Slots that no cell reached are holes in the array.
  return grid
    .filter((_, index) => telling.has(index))
    .map((row) => Array.from(row, (value: string | undefined) => value ?? ""));
}

/** A cell has one line: blocks within it are set side by side. */
function cellMarkdown({ blocks }: Cell): string {
  return escapePipes(oneLine(blocks.map(flat).join("  ")));
}

export function escapePipes(value: string): string {
  return value.replaceAll("|", String.raw`\|`);
}

function flat(block: Block): string {
  switch (block.kind) {
    case "heading":
    case "paragraph":
      return inlineMarkdown(block.content, " ");
    case "list":
      return block.items
        .map(({ blocks, number, checked }) => {
          const box = checked === undefined ? "" : `[${checked ? "x" : " "}] `;
          return `${number === undefined ? "-" : `${number}.`} ${box}${blocks.map(flat).join(" ")}`;
        })
        .join(" ");
    case "table":
      return block.rows
        .flatMap((row) => row.map(({ blocks }) => blocks.map(flat).join(" ")))
        .join(" ");
    case "code":
      return block.text === "" ? "" : `\`${block.text}\``;
    case "math":
      return `$${block.tex}$`;
    case "quote":
    case "note":
      return block.blocks.map(flat).join(" ");
    case "rule":
    case "place":
      return "";
  }
}
