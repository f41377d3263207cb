import { type Bounds, hold } from "../../bounds.ts";
import type { Block } from "../../document/blocks.ts";
import { cell } from "../../document/blocks.ts";
import { type Area, areasOf } from "./areas.ts";

/**
 * The filled cells of a sheet, whatever their distance: a single cell in row
 * 1,048,576 takes no more than one in row 1.
 */
export class SheetGrid {
  readonly #rows = new Map<number, Map<number, string>>();
  readonly #merges: Area[] = [];
  readonly #hidden = new Set<string>();
  readonly #bounds: Bounds;
  #count = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  set(row: number, column: number, value: string): void {
    if (value.trim() === "") return;
    let cells = this.#rows.get(row);
    if (cells === undefined) this.#rows.set(row, (cells = new Map<number, string>()));
    if (!cells.has(column)) this.#count += 1;
    hold(this.#count, this.#bounds.maxCells, "cells");
    cells.set(column, value);
  }

  /** Keeps a merged area from showing in a cell that is hidden. */
  hide(row: number, column: number): void {
    if (this.#hidden.size < this.#bounds.maxCells) this.#hidden.add(`${row},${column}`);
  }

  /** An area, as `A1:C3`, that shows its first cell throughout. */
  merge(reference: string): void {
    const match = /^\$?([A-Z]+)\$?(\d+):\$?([A-Z]+)\$?(\d+)$/u.exec(reference);
    if (match === null) return;
    const [, left = "", top = "", right = "", bottom = ""] = match;
    this.mergeArea({
      top: Number(top),
      left: letters(left),
      bottom: Number(bottom),
      right: letters(right),
    });
  }

  mergeArea(area: Area): void {
    this.#merges.push(area);
  }

  /** The sheet's tables: areas that blank rows or columns set apart, in reading order. */
  tables(): Block[] {
    this.#fillMerges();
    return areasOf(this.#rows).map(({ top, left, bottom, right }) => {
      hold(right - left + 1, this.#bounds.maxColumns, "columns in a table");
      const rows = [];
      for (let row = top; row <= bottom; row += 1) {
        const cells = this.#rows.get(row);
        if (cells === undefined) continue;
        rows.push(
          Array.from({ length: right - left + 1 }, (_, index) =>
            cell(cells.get(left + index) ?? ""),
          ),
        );
      }
      return { kind: "table", rows };
    });
  }

  #fillMerges(): void {
    for (const { top, left, bottom, right } of this.#merges) {
      const value = this.#rows.get(top)?.get(left);
      if (value === undefined) continue;
      const size = (bottom - top + 1) * (right - left + 1);
      // A title over a whole sheet is one title, not as many as the sheet has cells.
      if (size > 10_000) continue;
      for (let row = top; row <= bottom; row += 1) {
        for (let column = left; column <= right; column += 1) {
          if (!this.#hidden.has(`${row},${column}`)) this.set(row, column, value);
        }
      }
    }
  }
}

function letters(name: string): number {
  return Array.from(name).reduce((column, char) => column * 26 + char.charCodeAt(0) - 64, 0);
}
