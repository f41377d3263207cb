import type { Relation } from "../../archive/relations.ts";
import { all, attribute, children, find, numberOf, prefixed, textOf } from "../../archive/walk.ts";
import type { Element } from "../../archive/xml.ts";
import { type Block, type Cell, type Inline, paragraph } from "../../document/blocks.ts";
import { type ListLine, nestLists } from "../../document/lists.ts";
import { imageAlt } from "../drawing/alt.ts";
import { inlinesOf, paragraphsOf } from "../drawing/text.ts";
import { type Looks, placeholderOf } from "./layout.ts";

export interface SlideContext {
  readonly looks: Looks;
  readonly relations: ReadonlyMap<string, Relation>;
  /** Charts and diagrams by the id of their relation. */
  readonly graphics: ReadonlyMap<string, readonly Block[]>;
}

/** Placeholders that say the same on every slide. */
const furniture = new Set(["sldNum", "dt", "ftr", "hdr"]);

export function shapeBlocks(tree: Element | undefined, context: SlideContext): Block[] {
  const shapes = children(tree).flatMap((shape) =>
    shape.name === "AlternateContent" ? chosen(shape) : [shape],
  );
  // The title is read first, wherever it lies in the stack of shapes.
  const isTitle = (shape: Element) =>
    /^(?:title|ctrTitle)$/u.test(placeholderOf(shape)?.type ?? "");
  const ordered = [...shapes.filter(isTitle), ...shapes.filter((shape) => !isTitle(shape))];
  return ordered.flatMap((shape) => (isHidden(shape) ? [] : blocksOf(shape, context)));
}

function chosen(alternative: Element): Element[] {
  const fallback = children(find(alternative, "Fallback"));
  const choice = children(find(alternative, "Choice"));
  return choice.some(({ name }) => ["sp", "pic", "graphicFrame", "grpSp"].includes(name))
    ? choice
    : fallback;
}

function isHidden(shape: Element): boolean {
  const properties = children(shape).find(({ name }) => /^nv\w+Pr$/u.test(name));
  return /^(?:1|true)$/u.test(attribute(find(properties, "cNvPr"), "hidden") ?? "");
}

function blocksOf(shape: Element, context: SlideContext): Block[] {
  switch (shape.name) {
    case "sp":
      return textShape(shape, context);
    case "grpSp":
      return shapeBlocks(shape, context);
    case "graphicFrame":
      return frameBlocks(shape, context);
    case "pic": {
      const alt = imageAlt(attribute(find(shape, "nvPicPr", "cNvPr"), "descr"));
      return alt === "" ? [] : [{ kind: "paragraph", content: [{ kind: "image", alt }] }];
    }
    default:
      return [];
  }
}

function textShape(shape: Element, { looks, relations }: SlideContext): Block[] {
  const type = placeholderOf(shape)?.type;
  if (type !== undefined && furniture.has(type)) return [];
  const body = find(shape, "txBody");
  if (type === "title" || type === "ctrTitle") {
    const content = children(body, "p").flatMap((one, index): Inline[] => [
      ...(index === 0 ? [] : [{ kind: "break" } as const]),
      ...inlinesOf(one, relations),
    ]);
    return [{ kind: "heading", level: 1, content }];
  }
  return nestLists(paragraphsOf(body, looks.bulletsOf(shape), relations));
}

function frameBlocks(frame: Element, context: SlideContext): Block[] {
  const data = find(frame, "graphic", "graphicData");
  const table = find(data, "tbl");
  if (table !== undefined)
    return [{ kind: "table", rows: children(table, "tr").map((row) => cellsOf(row, context)) }];
  const ids = children(data).flatMap((one) => [prefixed(one, "id"), prefixed(one, "dm")]);
  return ids.flatMap((id) => [...(context.graphics.get(id ?? "") ?? [])]);
}

function cellsOf(row: Element, { relations }: SlideContext): Cell[] {
  return (
    children(row, "tc")
      // Cells that another one covers are there, marked and empty.
      .filter((cell) => attribute(cell, "hMerge") !== "1" && attribute(cell, "vMerge") !== "1")
      .map((cell) => ({
        blocks: nestLists(paragraphsOf(find(cell, "txBody"), () => undefined, relations)),
        columns: numberOf(attribute(cell, "gridSpan"), 1),
        rows: numberOf(attribute(cell, "rowSpan"), 1),
      }))
  );
}

/** The text of a diagram's points, as the list that it was typed as. */
export function diagramBlocks(root: Element | undefined): readonly Block[] {
  const lines = [...all(find(root, "ptLst"), "t")]
    .filter(({ children: [first] }) => typeof first !== "string")
    .map((body) =>
      children(body, "p")
        .map((one) => [...all(one, "t")].map(textOf).join(""))
        .join(" ")
        .trim(),
    )
    .filter((value) => value !== "")
    .map((value): ListLine => ({ kind: "line", level: 0, blocks: [paragraph(value)] }));
  return nestLists(lines);
}
