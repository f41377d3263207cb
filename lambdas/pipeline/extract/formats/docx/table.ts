import { attribute, children, find, isOn, numberOf } from "../../archive/walk.ts";
import type { Element } from "../../archive/xml.ts";
import type { Block, Cell } from "../../document/blocks.ts";
import type { DocxContext } from "./context.ts";

type Grown = { -readonly [Key in keyof Cell]: Cell[Key] };

/** A table; one of a single cell only sets its content off, and is that content. */
export function tableBlocks(table: Element, context: DocxContext): readonly Block[] {
  const rows = rowsOf(table, context);
  const [only] = rows.flat();
  if (rows.flat().length === 1 && only !== undefined) return only.blocks;
  return [{ kind: "table", rows }];
}

function rowsOf(table: Element, context: DocxContext): Cell[][] {
  /** The cell above each column that goes on below. */
  const above: (Grown | undefined)[] = [];
  return visibleRows(table).map((row) => {
    const cells: Grown[] = [];
    const properties = find(row, "trPr");
    let column = numberOf(attribute(find(properties, "gridBefore"), "val"), 0);
    if (column > 0) cells.push({ blocks: [], columns: column });
    for (const element of cellsOf(row)) {
      const cell = find(element, "tcPr");
      const columns = Math.max(1, numberOf(attribute(find(cell, "gridSpan"), "val"), 1));
      const merge = find(cell, "vMerge");
      const isContinued = merge !== undefined && attribute(merge, "val") !== "restart";
      const origin = above[column];
      if (isContinued && origin !== undefined) origin.rows = (origin.rows ?? 1) + 1;
      else {
        const grown: Grown = { blocks: context.blocksOf(element, context), columns };
        cells.push(grown);
        above[column] = merge === undefined ? undefined : grown;
      }
      column += columns;
    }
    return cells;
  });
}

function visibleRows(table: Element): Element[] {
  return children(table).flatMap((child) => {
    if (child.name !== "tr")
      return ["sdt", "sdtContent", "ins", "customXml"].includes(child.name)
        ? visibleRows(child)
        : [];
    const properties = find(child, "trPr");
    const isGone = find(properties, "del") !== undefined || isOn(find(properties, "hidden"));
    return isGone ? [] : [child];
  });
}

function cellsOf(row: Element): Element[] {
  return children(row).flatMap((child) => {
    if (child.name === "tc") return [child];
    return ["sdt", "sdtContent", "ins", "customXml"].includes(child.name) ? cellsOf(child) : [];
  });
}
