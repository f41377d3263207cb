import { attribute, children, numberOf } from "../../archive/walk.ts";
import type { Element } from "../../archive/xml.ts";
import { type Bounds, hold } from "../../bounds.ts";
import { type Block, type Cell, plain } from "../../document/blocks.ts";
import { type ListLine, nestLists } from "../../document/lists.ts";
import type { OdfContext } from "./context.ts";
import { contentOf } from "./inline.ts";
import { labelled, labelOf } from "./labels.ts";
import type { OdfStyles } from "./styles.ts";

export interface ListPosition {
  /** Style of the outermost list that names one. */
  readonly style: string | undefined;
  readonly level: number;
  /** Labels of the items that it stands in, from the outermost. */
  readonly labels: readonly string[];
}

const top: ListPosition = { style: undefined, level: 0, labels: [] };

/** For one document, or for one cell of a sheet. */
export function newContext(bounds: Bounds, styles: OdfStyles): OdfContext {
  return { bounds, blocksOf, styles, numbers: new Map(), notes: [] };
}

export function blocksOf(container: Element, context: OdfContext, position = top): Block[] {
  return nestLists(children(container).flatMap((child) => blockOf(child, context, position)));
}

function blockOf(
  element: Element,
  context: OdfContext,
  position: ListPosition,
): (Block | ListLine)[] {
  switch (element.name) {
    case "h":
    case "p":
      return paragraphBlocks(element, context);
    case "list":
      return listLines(element, context, position);
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

/**
 * Items as lines with their levels. Writing programs begin a new list, wrapped in empty ones, where
 * the style changes from level to level; as lines they become one list again.
 */
function listLines(list: Element, context: OdfContext, outer: ListPosition): ListLine[] {
  const style = attribute(list, "style-name") ?? outer.style;
  const level = outer.level + 1;
  const numbering = context.styles.numbering(style, level);
  const key = `${style}\n${level}`;
  const isContinued =
    attribute(list, "continue-numbering") === "true" ||
    attribute(list, "continue-list") !== undefined;
  const start = numbering?.start ?? 1;
  let number = (isContinued ? context.numbers.get(key) : undefined) ?? start - 1;
  return children(list).flatMap((item): ListLine[] => {
    if (item.name !== "list-item" && item.name !== "list-header") return [];
    const isShown = children(item).some(({ name }) => name !== "list");
    if (isShown) number = numberOf(attribute(item, "start-value"), number + 1);
    context.numbers.set(key, number);
    const shown = isShown ? number : Math.max(start, number);
    const label = labelOf(shown, numbering, outer.labels);
    const position = { style, level, labels: [...outer.labels, label.number] };
    const blocks = nestLists(
      children(item)
        .filter(({ name }) => name !== "list")
        .flatMap((child) => blockOf(child, context, position)),
    );
    const nested = children(item, "list").flatMap((one) => listLines(one, context, position));
    // An item that only holds a list of the next level has no number to show.
    if (blocks.length === 0) return nested;
    return [{ kind: "line", level, ...labelled(blocks, label, numbering) }, ...nested];
  });
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
