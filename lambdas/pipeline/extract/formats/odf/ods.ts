import { attribute, children, find, numberOf, textOf } from "../../archive/walk.ts";
import type { Element } from "../../archive/xml.ts";
import { type Bounds, hold } from "../../bounds.ts";
import { append, type Block, heading, plain } from "../../document/blocks.ts";
import { withPowers } from "../../document/powers.ts";
import { writeMarkdown } from "../../document/write.ts";
import type { ReadContext, Reading, Source } from "../../extraction.ts";
import { commentOf } from "../sheet/comment.ts";
import { SheetGrid } from "../sheet/grid.ts";
import { blocksOf, newContext } from "./blocks.ts";
import type { OdfContext } from "./context.ts";
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
  /** What stands over the cells, and what is noted at them. */
  readonly #shapes: Block[] = [];
  readonly #comments: Block[] = [];
  #row = 0;

  constructor(styles: OdfStyles, bounds: Bounds) {
    this.#styles = styles;
    this.#bounds = bounds;
    this.#grid = new SheetGrid(bounds);
  }

  read(sheet: Element): Block[] {
    this.#columns(sheet, 1);
    for (const shapes of children(sheet, "shapes")) this.#besides(shapes);
    this.#rows(sheet);
    return [...this.#grid.tables(), ...this.#shapes, ...this.#comments];
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
      if (cell.name === "table-cell" && !this.#isColumnHidden(column)) this.#besides(cell);
      column += width;
    }
  }

  /** Text boxes, and comments of cells, which the program shows beside the cells. */
  #besides(container: Element): void {
    for (const child of children(container)) {
      if (child.name === "annotation") {
        const [author, date] = ["creator", "date"].map((name) => textOf(find(child, name)).trim());
        const content = children(child, "p").map(textOf).join(" ");
        append(this.#comments, commentOf(author ?? "", date === "" ? undefined : date, content));
      } else if (!besideShapes.has(child.name)) {
        const alone = { ...child, name: "shapes", children: [child] };
        append(this.#shapes, blocksOf(alone, this.#context()));
      }
    }
  }

  #isColumnHidden(column: number): boolean {
    return this.#hiddenColumns.some(({ from, to }) => column >= from && column <= to);
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
        if (!this.#isColumnHidden(x)) this.#grid.set(y, x, value);
      }
    }
  }

  /** The text of a cell is what the program showed when it saved the file. */
  #shown(cell: Element): string {
    const context = this.#context();
    return children(cell, "p")
      .map((line) => plain(withPowers(contentOf(line, context).inlines)))
      .join(" ")
      .trim();
  }

  #context(): OdfContext {
    return newContext(this.#bounds, this.#styles);
  }
}

/** What a sheet or a cell holds that is no shape. */
const besideShapes = new Set(["p", "list", "table", "control", "forms", "detective"]);

function isHidden(element: Element): boolean {
  return /^(?:collapse|filter)$/u.test(attribute(element, "visibility") ?? "");
}
