import { attribute, children } from "../../archive/walk.ts";
import type { Element } from "../../archive/xml.ts";
import { hold } from "../../bounds.ts";
import { type Block, type Inline, plain } from "../../document/blocks.ts";
import { writeMarkdown } from "../../document/write.ts";
import type { ReadContext, Reading, Source } from "../../extraction.ts";
import { blocksOf, newContext } from "./blocks.ts";
import type { OdfContext } from "./context.ts";
import { openDocument } from "./file.ts";

const furniture = new Set(["page-number", "date-time", "footer", "header", "page", "notes"]);

/** Reads OpenDocument slides; hidden ones and speaker's notes go. */
export async function readOdp({ bytes }: Source, progressing: ReadContext): Promise<Reading> {
  const { bounds } = progressing;
  const { body, styles, title } = await openDocument(bytes, bounds);
  const context = newContext(bounds, styles);
  const pages = children(body, "page");
  hold(pages.length, bounds.maxPages, "slides");
  const blocks = pages.flatMap((page, index): Block[] => {
    progressing.progress(index + 1, pages.length);
    const isHidden =
      styles.property("drawing-page", attribute(page, "style-name"), "visibility") === "hidden";
    return isHidden
      ? []
      : [{ kind: "place", place: { slide: index + 1 } }, ...shapes(page, context)];
  });
  return {
    ...writeMarkdown([...blocks, ...context.notes], bounds),
    title,
    pageCount: pages.length,
  };
}

function shapes(container: Element, context: OdfContext): Block[] {
  return children(container).flatMap((shape) => {
    const kind = attribute(shape, "class") ?? "";
    if (furniture.has(kind) || shape.name === "notes") return [];
    if (shape.name === "g") return shapes(shape, context);
    const blocks = blocksOf({ name: "page", attributes: {}, children: [shape] }, context);
    return kind === "title" ? titled(blocks) : blocks;
  });
}

function titled(blocks: readonly Block[]): Block[] {
  const content = blocks.flatMap((block, index): Inline[] => [
    ...(index === 0 ? [] : [{ kind: "break" } as const]),
    ...(block.kind === "paragraph" || block.kind === "heading" ? block.content : []),
  ]);
  return plain(content).trim() === "" ? [...blocks] : [{ kind: "heading", level: 1, content }];
}
