import { attribute, children, find, isOn, numberOf, prefixed } from "../../archive/walk.ts";
import type { Element } from "../../archive/xml.ts";
import { type Block, type Inline, plain, text } from "../../document/blocks.ts";
import { checkboxOf, type ListLine, nestLists } from "../../document/lists.ts";
import type { DocxContext } from "./context.ts";
import { joinedParagraphs } from "./joined.ts";
import type { Label } from "./numbering.ts";
import { contentOf } from "./runs.ts";
import { isCodeStyle, outlineLevel, type StyleOf } from "./styles.ts";
import { tableBlocks } from "./table.ts";

/** Blocks of a body, a cell, a text box or a note. */
export function blocksOf(container: Element, context: DocxContext): Block[] {
  return nestLists(sequenceOf(container, context));
}

function* sequenceOf(container: Element, context: DocxContext): Generator<Block | ListLine> {
  for (const child of joinedParagraphs(container)) {
    switch (child.name) {
      case "p":
        yield* paragraphBlocks(child, context);
        break;
      case "tbl":
        yield* tableBlocks(child, context);
        break;
      case "oMathPara":
        yield* contentOf({ ...child, name: "p", children: [child] }, context).anchored;
        break;
      case "AlternateContent":
        yield* alternativeOf(child, context);
        break;
      case "altChunk":
        yield* context.chunks.get(prefixed(child, "id") ?? "") ?? [];
        break;
      case "del":
      case "moveFrom":
      case "sdtPr":
      case "sectPr":
      case "tcPr":
        break;
      default:
        yield* sequenceOf(child, context);
    }
  }
}

/** The same content for programs of different ages: the first that can be read. */
function alternativeOf(element: Element, context: DocxContext): readonly (Block | ListLine)[] {
  for (const choice of children(element)) {
    const blocks = [...sequenceOf(choice, context)];
    if (blocks.length > 0) return blocks;
  }
  return [];
}

function* paragraphBlocks(element: Element, context: DocxContext): Generator<Block | ListLine> {
  const properties = find(element, "pPr");
  const style = context.styles.of(attribute(find(properties, "pStyle"), "val"));
  const { inlines, anchored } = contentOf(element, context);
  const shown = style?.isHidden === true ? [] : inlines;
  const value = plain(shown).trim();
  const heading = headingLevel(properties, style, context);
  const label = labelOf(properties, style, context, isCounted(properties, style, inlines));
  if (value === "" && !shown.some(({ kind }) => kind === "note" || kind === "image")) {
    yield* anchored;
    return;
  }
  if (heading !== undefined) {
    const number = label?.text === undefined ? [] : [text(`${label.text} `)];
    yield { kind: "heading", level: heading, content: [...number, ...shown] };
  } else if (label !== undefined) yield listLine(label, shown);
  else if (isCode(shown, style)) yield { kind: "code", text: codeText(shown) };
  else yield withCheckbox(shown);
  yield* anchored;
}

/** An empty item of a list shows its number, too, unless it is hidden. */
function isCounted(
  properties: Element | undefined,
  style: StyleOf | undefined,
  content: readonly Inline[],
): boolean {
  if (style?.isHidden === true) return false;
  return content.length > 0 || !isOn(find(properties, "rPr", "vanish"));
}

function headingLevel(
  properties: Element | undefined,
  style: StyleOf | undefined,
  { hasTitle }: DocxContext,
): number | undefined {
  if (style?.name === "title") return 1;
  const own = outlineLevel(find(properties, "outlineLvl"));
  const level = own ?? style?.heading ?? (style?.name === "subtitle" ? 1 : undefined);
  return level === undefined ? undefined : Math.min(6, level + (hasTitle ? 1 : 0));
}

function labelOf(
  properties: Element | undefined,
  style: StyleOf | undefined,
  { numbering }: DocxContext,
  counts: boolean,
): Label | undefined {
  const own = find(properties, "numPr");
  const id =
    attribute(find(own, "numId"), "val") ?? attribute(find(style?.numbering, "numId"), "val");
  if (id === undefined || id === "0" || !counts) return undefined;
  const level = find(own, "ilvl") ?? find(style?.numbering, "ilvl");
  return numbering.next(id, numberOf(attribute(level, "val"), 0));
}

function listLine({ level, text: label, number }: Label, content: readonly Inline[]): ListLine {
  if (number !== undefined || label === undefined) {
    return { kind: "line", level, number, ...withoutCheckbox(content) };
  }
  // A label that Markdown cannot count, `2.1` or `a)`, is kept as it is shown.
  return {
    kind: "line",
    level,
    blocks: [{ kind: "paragraph", content: [text(`${label} `), ...content] }],
  };
}

function withCheckbox(content: readonly Inline[]): Block | ListLine {
  const item = withoutCheckbox(content);
  if (item.checked === undefined) return { kind: "paragraph", content };
  return { kind: "line", level: 0, ...item };
}

function withoutCheckbox(content: readonly Inline[]): { checked?: boolean; blocks: Block[] } {
  const [first, ...rest] = content;
  const box = first?.kind === "text" ? checkboxOf(first.text) : undefined;
  if (first?.kind !== "text" || box === undefined)
    return { blocks: [{ kind: "paragraph", content }] };
  const remaining = { ...first, text: first.text.slice(box.length) };
  return { checked: box.checked, blocks: [{ kind: "paragraph", content: [remaining, ...rest] }] };
}

/** A paragraph that is set as code throughout and has the signs of a program. */
function isCode(content: readonly Inline[], style: StyleOf | undefined): boolean {
  if (isCodeStyle(style)) return true;
  const isMonospaced = content.every(
    (inline) =>
      inline.kind === "break" ||
      (inline.kind === "text" && (inline.code === true || inline.text.trim() === "")),
  );
  const mono = isMonospaced || style?.isMonospaced === true;
  return mono && /[;{}=<>[\]]|\w\(|^\s*(?:import|def|class|#include|\$ )/mu.test(codeText(content));
}

function codeText(content: readonly Inline[]): string {
  return content.map((inline) => (inline.kind === "break" ? "\n" : plain([inline]))).join("");
}
