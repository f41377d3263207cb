import { attribute, children, numberOf } from "../../archive/walk.ts";
import type { Element } from "../../archive/xml.ts";
import type { Block, Cell } from "../../document/blocks.ts";
import type { BlocksOf } from "./list.ts";

/** A table with its caption; one that only places its content is that content. */
export function tableBlocks(table: Element, blocksOf: BlocksOf): Block[] {
  const captions = children(table, "caption").flatMap(blocksOf);
  const rows = rowsOf(table).map((row) => cellsOf(row, blocksOf));
  const cells = rows.flat();
  const isLayout = ["presentation", "none"].includes(attribute(table, "role") ?? "");
  if (isLayout || cells.length === 1)
    return [...captions, ...cells.flatMap(({ blocks }) => blocks)];
  return [...captions, { kind: "table", rows }];
}

function rowsOf(table: Element): Element[] {
  return children(table).flatMap((child) => {
    if (child.name === "tr") return [child];
    return ["thead", "tbody", "tfoot"].includes(child.name) ? rowsOf(child) : [];
  });
}

function cellsOf(row: Element, blocksOf: BlocksOf): Cell[] {
  return children(row)
    .filter(({ name }) => name === "td" || name === "th")
    .map((cell) => ({
      blocks: blocksOf(cell),
      // The largest that HTML allows; 0 rows means down to the end.
      columns: Math.min(1_000, Math.max(1, numberOf(attribute(cell, "colspan"), 1))),
      rows: Math.min(65_534, numberOf(attribute(cell, "rowspan"), 1) || 65_534),
    }));
}
