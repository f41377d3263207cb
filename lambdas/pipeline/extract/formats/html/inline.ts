import { textOf } from "../../archive/walk.ts";
import { type Element, local } from "../../archive/xml.ts";
import { type Inline, type Style, text } from "../../document/blocks.ts";
import { latexOfMathml } from "../math/mathml.ts";
import { isBlock } from "./block-names.ts";
import { noteNumber } from "./noteref.ts";

/** A line's content of an element that holds no blocks. */
export function inlinesOf(node: Element | string, style: Style = {}): Inline[] {
  if (typeof node === "string") return [text(node.replaceAll(/[^\S\u00a0]+/gu, " "), style)];
  if (local(node.name) === "math") return [{ kind: "math", tex: latexOfMathml(node) }];
  switch (node.name) {
    case "br":
      return [{ kind: "break" }];
    case "img":
    case "input":
    case "wbr":
      return [];
    case "option":
    case "button":
    case "textarea":
    case "select":
      // Controls stand apart where no blank is between them.
      return [text(" "), ...inner(node, style), text(" ")];
    case "a": {
      if (isPermalink(node)) return [];
      const note = noteNumber(node, style);
      if (note !== undefined) return [{ kind: "note", id: note }];
      const content = inner(node, style);
      const url = node.attributes["href"]?.trim();
      return url === undefined || url.startsWith("#") ? content : [{ kind: "link", url, content }];
    }
    case "q":
      return [text("“", style), ...inner(node, style), text("”", style)];
    default: {
      const content = inner(node, { ...style, ...styleOf(node.name) });
      // Lines of a heading stand apart, too.
      return isBlock(node) ? [text(" "), ...content, text(" ")] : content;
    }
  }
}

/** The sign beside a heading that shows on hover and links to it (Sphinx, MkDocs, GitHub). */
function isPermalink(anchor: Element): boolean {
  const { href = "", class: classes = "" } = anchor.attributes;
  const isWithinPage =
    href.trim().startsWith("#") || /\b(?:headerlink|header-anchor|permalink)\b/u.test(classes);
  return isWithinPage && /^[¶#§🔗\s]+$/u.test(textOf(anchor));
}

function inner(node: Element, style: Style): Inline[] {
  return node.children.flatMap((child) => inlinesOf(child, style));
}

function styleOf(name: string): Style {
  switch (name) {
    case "b":
    case "strong":
      return { bold: true };
    case "i":
    case "em":
    case "cite":
    case "var":
      return { italic: true };
    case "s":
    case "del":
    case "strike":
      return { strike: true };
    case "sup":
      return { raised: true };
    case "code":
    case "kbd":
    case "samp":
    case "tt":
      return { code: true };
    default:
      return {};
  }
}

/** Blanks at the ends and around breaks do not show. */
export function trimmed(content: readonly Inline[]): readonly Inline[] {
  const result: Inline[] = [];
  for (const inline of content) {
    const last = result.at(-1);
    const startsLine = last === undefined || last.kind === "break";
    if (inline.kind === "text") {
      const value = startsLine || endsBlank(last) ? inline.text.replace(/^ +/u, "") : inline.text;
      if (value !== "") result.push({ ...inline, text: value });
    } else if (!(inline.kind === "break" && startsLine)) result.push(inline);
  }
  while (result.at(-1)?.kind === "break") result.pop();
  return result;
}

function endsBlank(inline: Inline | undefined): boolean {
  return inline?.kind === "text" && inline.text.endsWith(" ");
}
