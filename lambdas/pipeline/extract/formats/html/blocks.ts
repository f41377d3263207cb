import { all, attribute, children } from "../../archive/walk.ts";
import type { Element } from "../../archive/xml.ts";
import { append, type Block, type Inline, plain } from "../../document/blocks.ts";
import { imageAlt } from "../drawing/alt.ts";
import { isBlock } from "./block-names.ts";
import { inlinesOf, trimmed } from "./inline.ts";
import { listBlock } from "./list.ts";
import { tableBlocks } from "./table.ts";

const holding = new WeakMap<Element, boolean>();

/** Blocks within an element; text between them is paragraphs of its own. */
export function blocksOf(element: Element): Block[] {
  const blocks: Block[] = [];
  let line: Inline[] = [];
  const flush = () => {
    const content = trimmed(line);
    if (content.some(({ kind }) => kind !== "text") || plain(content).trim() !== "") {
      blocks.push({ kind: "paragraph", content });
    }
    line = [];
  };
  for (const child of element.children) {
    if (typeof child === "string" || !holdsBlocks(child)) {
      append(line, inlinesOf(child));
      continue;
    }
    flush();
    append(blocks, block(child));
  }
  flush();
  return blocks;
}

/** Whether an element is a block or has one within, however deep. */
export function holdsBlocks(element: Element): boolean {
  const known = holding.get(element);
  if (known !== undefined) return known;
  const holds = isBlock(element) || children(element).some(holdsBlocks);
  holding.set(element, holds);
  return holds;
}

function block(element: Element): Block[] {
  switch (element.name) {
    case "h1":
    case "h2":
    case "h3":
    case "h4":
    case "h5":
    case "h6":
      return [
        {
          kind: "heading",
          level: Number(element.name[1]),
          content: trimmed(inlinesOf({ ...element, name: "span" })),
        },
      ];
    case "ul":
    case "ol":
    case "menu":
      return listBlock(element, blocksOf);
    case "table":
      return tableBlocks(element, blocksOf);
    case "pre":
      return [{ kind: "code", text: preformatted(element), language: languageOf(element) }];
    case "figure":
      return [...pictures(element), ...blocksOf(element)];
    case "blockquote":
      return [{ kind: "quote", blocks: blocksOf(element) }];
    case "hr":
      return [{ kind: "rule" }];
    case "dt":
      return blocksOf(element).map(bold);
    case "li":
      return listBlock({ name: "ul", attributes: {}, children: [element] }, blocksOf);
    default:
      return blocksOf(element);
  }
}

/** Pictures elsewhere are mostly logos and icons: their descriptions are no content. */
function pictures(figure: Element): Block[] {
  return [...all(figure, "img")].flatMap((image) => {
    const alt = imageAlt(attribute(image, "alt"));
    return alt === "" ? [] : [{ kind: "paragraph", content: [{ kind: "image", alt }] }];
  });
}

function bold(one: Block): Block {
  if (one.kind !== "paragraph") return one;
  return {
    ...one,
    content: one.content.map((inline) =>
      inline.kind === "text" ? { ...inline, bold: true } : inline,
    ),
  };
}

/** Some highlighters make a block of each line. */
function preformatted(element: Element): string {
  let text = "";
  let isAfterBlock = false;
  for (const child of element.children) {
    const isLine = typeof child !== "string" && isBlock(child);
    const piece =
      typeof child === "string" ? child : child.name === "br" ? "\n" : preformatted(child);
    if (piece === "") continue;
    const startsLine = isLine || (isAfterBlock && !piece.startsWith("\n"));
    if (startsLine && text !== "" && !text.endsWith("\n")) text += "\n";
    text += piece;
    isAfterBlock = isLine;
  }
  return text;
}

function languageOf(element: Element): string | undefined {
  const names = [element, ...children(element, "code")].map((one) => attribute(one, "class") ?? "");
  return /(?:^|\s)(?:language|lang|highlight-source|brush:?)[-\s]?([\w+#-]{1,20})/u.exec(
    names.join(" "),
  )?.[1];
}
