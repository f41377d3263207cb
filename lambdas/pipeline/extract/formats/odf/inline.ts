import { attribute, children, find, numberOf, textOf } from "../../archive/walk.ts";
import type { Element } from "../../archive/xml.ts";
import { append, type Block, type Inline, type Style, text } from "../../document/blocks.ts";
import { privateShownInFont } from "../../document/symbols.ts";
import { imageAlt } from "../drawing/alt.ts";
import type { OdfContext } from "./context.ts";

/** A paragraph's line, and the blocks that are anchored in it. */
export interface Content {
  readonly inlines: Inline[];
  readonly anchored: Block[];
}

export function contentOf(element: Element, context: OdfContext, style: Style = {}): Content {
  const content: Content = { inlines: [], anchored: [] };
  readInto(content, element, context, style);
  return content;
}

function readInto(content: Content, element: Element, context: OdfContext, style: Style): void {
  for (const child of element.children) {
    if (typeof child === "string")
      content.inlines.push(text(child.replaceAll(/[ \t\n\r]+/gu, " "), style));
    else readPiece(content, child, context, style);
  }
}

function readPiece(content: Content, piece: Element, context: OdfContext, style: Style): void {
  switch (piece.name) {
    case "span": {
      const own = context.styles.of("text", attribute(piece, "style-name"));
      if (own.isHidden) return;
      if (own.symbols === undefined) readInto(content, piece, context, joined(style, own));
      else {
        const signs = privateShownInFont(textOf(piece), own.symbols);
        content.inlines.push(text(signs, joined(style, own)));
      }
      return;
    }
    case "a": {
      const inner = contentOf(piece, context, style);
      const url = attribute(piece, "href") ?? "";
      append(content.anchored, inner.anchored);
      if (url.startsWith("#")) append(content.inlines, inner.inlines);
      else content.inlines.push({ kind: "link", url, content: inner.inlines });
      return;
    }
    case "s":
      content.inlines.push(
        text(" ".repeat(Math.min(100, numberOf(attribute(piece, "c"), 1))), style),
      );
      return;
    case "tab":
      content.inlines.push(text("\t", style));
      return;
    case "line-break":
      content.inlines.push({ kind: "break" });
      return;
    case "note": {
      const id = `${attribute(piece, "note-class") === "endnote" ? "e" : ""}${context.notes.length + 1}`;
      content.inlines.push({ kind: "note", id });
      // The place in the list is taken first: a note may have notes.
      const note = { kind: "note", id, blocks: [] as Block[] } as const;
      context.notes.push(note);
      const body = find(piece, "note-body");
      if (body !== undefined) append(note.blocks, context.blocksOf(body, context));
      return;
    }
    case "frame":
    case "custom-shape":
    case "text-box":
      readFrame(content, piece, context);
      return;
    case "ruby":
      readInto(content, find(piece, "ruby-base") ?? piece, context, style);
      return;
    case "annotation":
    case "hidden-text":
    case "hidden-paragraph":
    case "tracked-changes":
    case "page-number":
      return;
    default:
      readInto(content, piece, context, style);
  }
}

function readFrame(content: Content, frame: Element, context: OdfContext): void {
  const box = find(frame, "text-box");
  if (box !== undefined || frame.name !== "frame") {
    append(content.anchored, context.blocksOf(box ?? frame, context));
    return;
  }
  append(
    content.anchored,
    children(frame, "table").flatMap((table) =>
      context.blocksOf({ ...frame, children: [table] }, context),
    ),
  );
  const alt = imageAlt(textOf(find(frame, "desc")) || textOf(find(frame, "title")));
  if (children(frame, "image").length > 0 && alt !== "")
    content.inlines.push({ kind: "image", alt });
}

function joined(outer: Style, own: Style): Style {
  return {
    bold: outer.bold === true || own.bold === true,
    italic: outer.italic === true || own.italic === true,
    strike: outer.strike === true || own.strike === true,
    code: outer.code === true || own.code === true,
    raised: outer.raised === true || own.raised === true,
  };
}
