import { attribute, children, numberOf } from "../../archive/walk.ts";
import type { Element } from "../../archive/xml.ts";
import { hold } from "../../bounds.ts";
import { type Block, type Cell, type ListItem, plain } from "../../document/blocks.ts";
import { nestLists } from "../../document/lists.ts";
import type { OdfContext } from "./context.ts";
import { contentOf } from "./inline.ts";

export interface ListPosition {
  /** Style of the outermost list that names one. */
  readonly style: string | undefined;
  readonly level: number;
}

const top: ListPosition = { style: undefined, level: 0 };

export function blocksOf(container: Element, context: OdfContext, position = top): Block[] {
  return nestLists(children(container).flatMap((child) => blockOf(child, context, position)));
}

function blockOf(element: Element, context: OdfContext, position: ListPosition): Block[] {
  switch (element.name) {
    case "h":
    case "p":
      return paragraphBlocks(element, context);
    case "list":
      return listBlocks(element, context, position);
    case "table":
      return tableBlocks(element, context);
    case "section":
      return attribute(element, "display") === "none" ? [] : blocksOf(element, context, position);
    case "tracked-changes":
    case "sequence-decls":
    case "annotation":
    case "forms":
    case "notes":
      return [];
    case "frame":
      return contentOf({ ...element, children: [element] }, context).anchored;
    default:
      return blocksOf(element, context, position);
  }
}

function paragraphBlocks(element: Element, context: OdfContext): Block[] {
  const style = context.styles.of("paragraph", attribute(element, "style-name"));
  if (style.isHidden) return [];
  const { inlines, anchored } = contentOf(element, context);
  if (plain(inlines).trim() === "" && !inlines.some(({ kind }) => kind === "note")) return anchored;
  return [...withHeading(element, style.names, inlines), ...anchored];
}

function withHeading(
  element: Element,
  names: readonly string[],
  content: ReturnType<typeof contentOf>["inlines"],
): Block[] {
  if (element.name === "h") {
    return [{ kind: "heading", level: numberOf(attribute(element, "outline-level"), 1), content }];
  }
  if (names.includes("Title")) return [{ kind: "heading", level: 1, content }];
  if (names.includes("Subtitle")) return [{ kind: "heading", level: 2, content }];
  if (names.includes("Preformatted Text")) {
    const code = content.map((one) => (one.kind === "break" ? "\n" : plain([one]))).join("");
    return [{ kind: "code", text: code }];
  }
  return [{ kind: "paragraph", content }];
}

function listBlocks(list: Element, context: OdfContext, { style, level }: ListPosition): Block[] {
  const position = { style: attribute(list, "style-name") ?? style, level: level + 1 };
  const ordered = context.styles.isNumbered(position.style, position.level);
  let number = 0;
  const items = children(list).flatMap((item): ListItem[] => {
    if (item.name !== "list-item" && item.name !== "list-header") return [];
    const blocks = blocksOf(item, context, position);
    if (blocks.length === 0) return [];
    // An item that only holds a list of the next level has no number to show.
    const isBare = blocks.every(({ kind }) => kind === "list");
    if (!isBare) number = numberOf(attribute(item, "start-value"), number + 1);
    return [{ blocks, number: ordered ? Math.max(1, number) : undefined }];
  });
  // What a wrapper holds is no item of its own.
  if (items.every(({ blocks }) => blocks.every(({ kind }) => kind === "list")))
    return items.flatMap(({ blocks }) => [...blocks]);
  return items.length === 0 ? [] : [{ kind: "list", ordered, items }];
}

export function tableBlocks(table: Element, context: OdfContext): Block[] {
  const rows = rowsOf(table).map((row) => cellsOf(row, context));
  const cells = rows.flat();
  if (cells.length === 1) return [...(cells[0]?.blocks ?? [])];
  return [{ kind: "table", rows }];
}

function rowsOf(table: Element): Element[] {
  return children(table).flatMap((child) => {
    if (child.name === "table-row")
      return attribute(child, "visibility") === undefined ? [child] : [];
    return /^table-(?:header-rows|rows|row-group)$/u.test(child.name) ? rowsOf(child) : [];
  });
}

function cellsOf(row: Element, context: OdfContext): Cell[] {
  // Cells that another one covers are there, under another name.
  return children(row, "table-cell").flatMap((cell) => {
    const repeated = numberOf(attribute(cell, "number-columns-repeated"), 1);
    hold(repeated, context.bounds.maxColumns, "columns in a table");
    const made: Cell = {
      blocks: blocksOf(cell, context),
      columns: numberOf(attribute(cell, "number-columns-spanned"), 1),
      rows: numberOf(attribute(cell, "number-rows-spanned"), 1),
    };
    return Array.from({ length: repeated }, () => made);
  });
}
