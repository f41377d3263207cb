import { attribute, children, numberOf } from "../../archive/walk.ts";
import type { Element } from "../../archive/xml.ts";
import { type Bounds, hold } from "../../bounds.ts";
import { type Block, heading, plain } from "../../document/blocks.ts";
import { withPowers } from "../../document/powers.ts";
import { writeMarkdown } from "../../document/write.ts";
import type { ReadContext, Reading, Source } from "../../extraction.ts";
import { SheetGrid } from "../sheet/grid.ts";
import { blocksOf } from "./blocks.ts";
import { openDocument } from "./file.ts";
import { contentOf } from "./inline.ts";
import type { OdfStyles } from "./styles.ts";

/** Reads OpenDocument sheets: cells as they are shown; what is hidden goes. */
export async function readOds({ bytes }: Source, context: ReadContext): Promise<Reading> {
  const { bounds } = context;
  const { body, styles, title } = await openDocument(bytes, bounds);
  const sheets = children(body, "table");
  const blocks = sheets.flatMap((sheet, index): Block[] => {
    context.progress(index + 1, sheets.length);
    if (styles.property("table", attribute(sheet, "style-name"), "display") === "false") return [];
    const name = attribute(sheet, "name") ?? `Sheet${index + 1}`;
    const tables = new SheetReader(styles, bounds).read(sheet);
    return tables.length === 0
      ? []
      : [{ kind: "place", place: { sheet: name } }, heading(2, name), ...tables];
  });
  return { ...writeMarkdown(blocks, bounds), title };
}

class SheetReader {
  readonly #grid: SheetGrid;
  readonly #styles: OdfStyles;
  readonly #bounds: Bounds;
  readonly #hiddenColumns: { from: number; to: number }[] = [];
  #row = 0;

  constructor(styles: OdfStyles, bounds: Bounds) {
    this.#styles = styles;
    this.#bounds = bounds;
    this.#grid = new SheetGrid(bounds);
  }

  read(sheet: Element): Block[] {
    this.#columns(sheet, 1);
    this.#rows(sheet);
    return this.#grid.tables();
  }

  #columns(container: Element, start: number): number {
    let column = start;
    for (const child of children(container)) {
      if (/^table-(?:header-columns|columns|column-group)$/u.test(child.name))
        column = this.#columns(child, column);
      if (child.name !== "table-column") continue;
      const repeated = numberOf(attribute(child, "number-columns-repeated"), 1);
      if (isHidden(child)) this.#hiddenColumns.push({ from: column, to: column + repeated - 1 });
      column += repeated;
    }
    return column;
  }

  #rows(container: Element): void {
    for (const child of children(container)) {
      if (/^table-(?:header-rows|rows|row-group)$/u.test(child.name)) this.#rows(child);
      if (child.name === "table-row") this.#readRow(child);
    }
  }

  #readRow(row: Element): void {
    const repeated = numberOf(attribute(row, "number-rows-repeated"), 1);
    const first = this.#row + 1;
    this.#row += repeated;
    if (isHidden(row)) return;
    let column = 1;
    for (const cell of children(row)) {
      const width = numberOf(attribute(cell, "number-columns-repeated"), 1);
      const value = cell.name === "table-cell" ? this.#shown(cell) : "";
      if (value !== "") {
        // Blank rows and columns are repeated a million times to the sheet's end; filled ones are not.
        hold(width, this.#bounds.maxColumns, "columns in a table");
        hold(width * repeated, this.#bounds.maxCells, "cells");
        this.#fill(cell, value, { row: first, column, width, height: repeated });
      }
      column += width;
    }
  }

  #fill(
    cell: Element,
    value: string,
    { row, column, width, height }: { row: number; column: number; width: number; height: number },
  ): void {
    const across = numberOf(attribute(cell, "number-columns-spanned"), 1);
    const down = numberOf(attribute(cell, "number-rows-spanned"), 1);
    if (across * down > 1) {
      this.#grid.mergeArea({
        top: row,
        left: column,
        bottom: row + down - 1,
        right: column + across - 1,
      });
    }
    for (let y = row; y < row + height; y += 1) {
      for (let x = column; x < column + width; x += 1) {
        if (!this.#hiddenColumns.some(({ from, to }) => x >= from && x <= to))
          this.#grid.set(y, x, value);
      }
    }
  }

  /** The text of a cell is what the program showed when it saved the file. */
  #shown(cell: Element): string {
    const context = {
      bounds: this.#bounds,
      blocksOf,
      styles: this.#styles,
      numbers: new Map<string, number>(),
      notes: [],
    };
    return children(cell, "p")
      .map((line) => plain(withPowers(contentOf(line, context).inlines)))
      .join(" ")
      .trim();
  }
}

function isHidden(element: Element): boolean {
  return /^(?:collapse|filter)$/u.test(attribute(element, "visibility") ?? "");
}
