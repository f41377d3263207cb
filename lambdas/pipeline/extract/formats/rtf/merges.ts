import type { Cell } from "../../document/blocks.ts";

type Grown = { -readonly [Key in keyof Cell]: Cell[Key] };
type Mark = "clmgf" | "clmrg" | "clvmgf" | "clvmrg";

/** Cells that go on to the right or below, as the definitions of their rows say. */
export class RtfMerges {
  #row: Set<Mark>[] = [];
  #cell = new Set<Mark>();
  /** The cell above each column that may go on below. */
  #above: (Grown | undefined)[] = [];

  begin(): void {
    this.#row = [];
    this.#cell = new Set();
  }

  mark(name: Mark): void {
    this.#cell.add(name);
  }

  endCell(): void {
    this.#row.push(this.#cell);
    this.#cell = new Set();
  }

  endTable(): void {
    this.#above = [];
  }

  /** The row with each merged cell once; a definition of other cells says nothing about it. */
  joined(cells: readonly Cell[]): Cell[] {
    if (cells.length !== this.#row.length) {
      this.#above = [];
      return [...cells];
    }
    const row: Grown[] = [];
    const above = this.#above;
    this.#above = [];
    let left: Grown | undefined;
    for (const [column, cell] of cells.entries()) {
      const marks = this.#row[column] ?? new Set<Mark>();
      const upper = marks.has("clvmrg") ? above[column] : undefined;
      if (marks.has("clmrg") && left !== undefined) {
        // Of a cell that goes on in both directions, the upper row has counted the columns.
        if (row.includes(left)) grow(left, cell, "columns");
        continue;
      }
      if (upper === undefined) row.push((left = { ...cell }));
      else {
        grow(upper, cell, "rows");
        left = upper;
      }
      if (upper !== undefined || marks.has("clvmgf")) this.#above[column] = left;
    }
    return row;
  }
}

function grow(origin: Grown, cell: Cell, side: "columns" | "rows"): void {
  origin[side] = (origin[side] ?? 1) + 1;
  if (cell.blocks.length > 0) origin.blocks = [...origin.blocks, ...cell.blocks];
}
