import { all, attribute, children, find, isOn, prefixed, textOf } from "../../archive/walk.ts";
import type { Element } from "../../archive/xml.ts";
import {
  append,
  type Block,
  type Inline,
  paragraph,
  type Style,
  text,
} from "../../document/blocks.ts";
import { type SymbolFont, shownInFont, symbolFontOf } from "../../document/symbols.ts";
import { imageAlt } from "../drawing/alt.ts";
import type { DocxContext } from "./context.ts";
import { endField, type Field, markField } from "./fields.ts";
import { latexOf } from "./math.ts";
import { isMonospaced } from "./styles.ts";

/** A paragraph's line, and the blocks that are anchored in it: text boxes and charts. */
export interface Content {
  readonly inlines: Inline[];
  readonly anchored: Block[];
  /** Fields that have begun, from the outermost. */
  readonly fields: Field[];
}

/** Reads what stands in a paragraph: tracked insertions stay, deletions go. */
export function contentOf(element: Element, context: DocxContext): Content {
  const content: Content = { inlines: [], anchored: [], fields: [] };
  for (const child of children(element)) read(child, context, content);
  while (content.fields.length > 0) endField(content);
  return content;
}

function read(element: Element, context: DocxContext, content: Content): void {
  switch (element.name) {
    case "r":
      readRun(element, context, content);
      return;
    case "hyperlink":
      readLink(element, context, content);
      return;
    case "fldSimple":
      content.fields.push({
        instruction: attribute(element, "instr") ?? "",
        start: content.inlines.length,
      });
      for (const child of children(element)) read(child, context, content);
      endField(content);
      return;
    case "oMath":
      content.inlines.push({ kind: "math", tex: latexOf(element) });
      return;
    case "oMathPara":
      for (const math of children(element, "oMath"))
        content.anchored.push({ kind: "math", tex: latexOf(math) });
      return;
    case "AlternateContent":
      readAlternative(element, context, content);
      return;
    case "del":
    case "moveFrom":
    case "pPr":
    case "sdtPr":
    case "sdtEndPr":
    case "rt":
      return;
    default:
      // Insertions, fields, content controls and the like are wrappers.
      for (const child of children(element)) read(child, context, content);
  }
}

function readLink(element: Element, context: DocxContext, content: Content): void {
  const inner = contentOf(element, context);
  const relation = context.relations.get(prefixed(element, "id") ?? "");
  append(content.anchored, inner.anchored);
  // Links within the document lead nowhere in Markdown.
  if (relation?.isExternal !== true) append(content.inlines, inner.inlines);
  else content.inlines.push({ kind: "link", url: relation.target, content: inner.inlines });
}

function readAlternative(element: Element, context: DocxContext, content: Content): void {
  for (const name of ["Choice", "Fallback"]) {
    const chosen = find(element, name);
    if (chosen === undefined) continue;
    const inner = contentOf(chosen, context);
    if (inner.inlines.length + inner.anchored.length === 0) continue;
    append(content.inlines, inner.inlines);
    append(content.anchored, inner.anchored);
    return;
  }
}

function readRun(run: Element, context: DocxContext, content: Content): void {
  const properties = find(run, "rPr");
  const named = context.styles.of(attribute(find(properties, "rStyle"), "val"));
  const vanish = find(properties, "vanish");
  if (vanish === undefined ? named?.isHidden === true : isOn(vanish)) return;
  const style: Style = {
    bold: isOn(find(properties, "b")),
    italic: isOn(find(properties, "i")),
    strike: isOn(find(properties, "strike")) || isOn(find(properties, "dstrike")),
    code: isMonospaced(find(properties, "rFonts")) || named?.isMonospaced === true,
    raised: attribute(find(properties, "vertAlign"), "val") === "superscript",
  };
  const fonts = find(properties, "rFonts");
  const font = symbolFontOf(attribute(fonts, "ascii") ?? attribute(fonts, "hAnsi"));
  for (const child of children(run)) {
    if (child.name === "t") content.inlines.push(text(shownIn(textOf(child), font), style));
    else readPiece(child, style, context, content);
  }
}

function shownIn(value: string, font: SymbolFont | undefined): string {
  return font === undefined ? value : shownInFont(value, font);
}

function readPiece(piece: Element, style: Style, context: DocxContext, content: Content): void {
  switch (piece.name) {
    case "tab":
    case "ptab":
      content.inlines.push(text("\t", style));
      return;
    case "br":
    case "cr":
      // A new page or column at the beginning of a line says nothing.
      if (content.inlines.length > 0 || !/^(?:page|column)$/u.test(attribute(piece, "type") ?? ""))
        content.inlines.push({ kind: "break" });
      return;
    case "noBreakHyphen":
      content.inlines.push(text("-", style));
      return;
    case "sym":
      content.inlines.push(text(symbol(piece), style));
      return;
    case "fldChar":
      content.inlines.push(text(formField(find(piece, "ffData")), style));
      markField(attribute(piece, "fldCharType"), content);
      return;
    case "instrText": {
      const field = content.fields.at(-1);
      if (field !== undefined) field.instruction += textOf(piece);
      return;
    }
    case "footnoteReference":
    case "endnoteReference":
      content.inlines.push({ kind: "note", id: noteId(piece) });
      return;
    case "AlternateContent":
      readAlternative(piece, context, content);
      return;
    case "drawing":
    case "pict":
    case "object":
      readDrawing(piece, context, content);
      return;
    case "ruby":
      read(find(piece, "rubyBase") ?? piece, context, content);
  }
}

function readDrawing(drawing: Element, context: DocxContext, content: Content): void {
  const properties = [...all(drawing, "docPr")][0];
  if (
    isOn(
      properties === undefined
        ? undefined
        : { ...properties, attributes: { val: attribute(properties, "hidden") ?? "0" } },
    )
  )
    return;
  const boxes = outermost(drawing, "txbxContent");
  for (const box of boxes) append(content.anchored, context.blocksOf(box, context));
  if (boxes.length === 0) {
    for (const art of all(drawing, "textpath")) {
      const words = (attribute(art, "string") ?? "").trim();
      if (words !== "") content.anchored.push(paragraph(words));
    }
  }
  for (const chart of all(drawing, "chart")) {
    append(content.anchored, context.charts.get(prefixed(chart, "id") ?? "") ?? []);
  }
  for (const diagram of all(drawing, "relIds")) {
    append(content.anchored, context.charts.get(prefixed(diagram, "dm") ?? "") ?? []);
  }
  const alt = imageAlt(attribute(properties, "descr"));
  if (alt !== "" && boxes.length === 0) content.inlines.push({ kind: "image", alt });
}

/** The state of a form's checkbox or choice, which is no text of the document. */
function formField(data: Element | undefined): string {
  const box = find(data, "checkBox");
  if (box !== undefined) return isOn(find(box, "checked") ?? find(box, "default")) ? "☒ " : "☐ ";
  const list = find(data, "ddList");
  const index = attribute(find(list, "result") ?? find(list, "default"), "val") ?? "0";
  return attribute(children(list, "listEntry")[Number(index)], "val") ?? "";
}

/** Those that stand in no other of the name, nor twice for programs of different ages. */
function outermost(element: Element, name: string): Element[] {
  return children(element).flatMap((child) => {
    if (child.name === name) return [child];
    if (child.name !== "AlternateContent") return outermost(child, name);
    const choices = children(child).map((choice) => outermost(choice, name));
    return choices.find((found) => found.length > 0) ?? [];
  });
}

export function noteId(reference: Element): string {
  const id = attribute(reference, "id") ?? "";
  return reference.name.startsWith("endnote") ? `e${id}` : id;
}

/** A sign of a font of pictures has no meaning without the font, but some are known. */
function symbol(piece: Element): string {
  const code = Number.parseInt(attribute(piece, "char") ?? "", 16);
  if (Number.isNaN(code) || code > 0xff_ff) return "";
  const sign = String.fromCodePoint(code);
  const isPrivate = code >= 0xe000 && code <= 0xf8ff;
  const font = symbolFontOf(attribute(piece, "font"));
  if (font === undefined && !isPrivate) return sign;
  return shownInFont(sign, font ?? "wingdings");
}
