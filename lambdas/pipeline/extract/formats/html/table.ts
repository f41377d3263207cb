import { attribute, children, numberOf } from "../../archive/walk.ts";
import type { Element } from "../../archive/xml.ts";
import type { Block, Cell } from "../../document/blocks.ts";
import type { BlocksOf } from "./list.ts";
import { type Node, runsOf } from "./runs.ts";

/** A table with its caption; one that only places its content is that content. */
export function tableBlocks(table: Element, blocksOf: BlocksOf): Block[] {
  const captions = children(table, "caption").flatMap(blocksOf);
  const grid: Grid = { rows: [], loose: [] };
  addRows(table, grid);
  const before = [...captions, ...runsOf(grid.loose).flatMap(blocksOf)];
  const rows = grid.rows.map((row) => row.map((cell) => cellOf(cell, blocksOf)));
  const cells = rows.flat();
  const isLayout = ["presentation", "none"].includes(attribute(table, "role") ?? "");
  if (isLayout || cells.length <= 1) return [...before, ...cells.flatMap(({ blocks }) => blocks)];
  return [...before, { kind: "table", rows }];
}

interface Grid {
  /** The cells of each row. */
  readonly rows: Element[][];
  /** What is in no cell: browsers show it before the table. */
  readonly loose: Node[];
}

/**
 * The rows, whatever elements are between them and the table. Cells outside of a row make one,
 * as many as follow each other.
 */
function addRows(within: Element, grid: Grid): void {
  let implied: Element[] | undefined;
  for (const child of within.children) {
    if (typeof child === "string") {
      grid.loose.push(child);
    } else if (isCell(child)) {
      if (implied === undefined) {
        implied = [];
        grid.rows.push(implied);
      }
      implied.push(child);
    } else if (child.name === "caption") {
      // It has been read.
    } else if (child.name === "tr") {
      implied = undefined;
      const cells: Element[] = [];
      grid.rows.push(cells);
      addCells(child, cells, grid);
    } else if (hasCells(child)) {
      implied = undefined;
      addRows(child, grid);
    } else {
      grid.loose.push(child);
    }
  }
}

/** What is loose within a row is not joined to the words of another. */
function addCells(within: Element, cells: Element[], grid: Grid): void {
  for (const child of within.children) {
    if (typeof child === "string") grid.loose.push(` ${child} `);
    else if (isCell(child)) cells.push(child);
    else if (hasCells(child)) addCells(child, cells, grid);
    else grid.loose.push(" ", child, " ");
  }
}

function isCell({ name }: Element): boolean {
  return name === "td" || name === "th";
}

/** Whether cells of this table are within it: a table within it has its own. */
function hasCells(element: Element): boolean {
  if (element.name === "table") return false;
  return children(element).some((child) => isCell(child) || hasCells(child));
}

function cellOf(cell: Element, blocksOf: BlocksOf): Cell {
  return {
    blocks: blocksOf(cell),
    // The largest that HTML allows; 0 rows means down to the end.
    columns: Math.min(1_000, Math.max(1, numberOf(attribute(cell, "colspan"), 1))),
    rows: Math.min(65_534, numberOf(attribute(cell, "rowspan"), 1) || 65_534),
  };
}
