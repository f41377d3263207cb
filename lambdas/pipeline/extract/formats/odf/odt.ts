import { plain } from "../../document/blocks.ts";
import { writeMarkdown } from "../../document/write.ts";
import type { ReadContext, Reading, Source } from "../../extraction.ts";
import { blocksOf, newContext } from "./blocks.ts";
import { openDocument } from "./file.ts";

/** Reads OpenDocument text; deleted, hidden and repeated text goes, as do comments. */
export async function readOdt({ bytes }: Source, { bounds }: ReadContext): Promise<Reading> {
  const { body, styles, title } = await openDocument(bytes, bounds);
  const context = newContext(bounds, styles);
  const blocks = body === undefined ? [] : blocksOf(body, context);
  const heading = blocks.find((block) => block.kind === "heading");
  return {
    ...writeMarkdown([...blocks, ...context.notes], bounds),
    title: title ?? (heading === undefined ? undefined : plain(heading.content).trim()),
  };
}
