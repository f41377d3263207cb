import type { OfficePackage } from "../../archive/package.ts";
import type { Relation } from "../../archive/relations.ts";
import { hold } from "../../bounds.ts";
import type { Block } from "../../document/blocks.ts";
import { textBlocks } from "../../document/lines.ts";
import { decodeText } from "../../text/decode.ts";

/** Reads a Word document that stands in another one. */
export type ReadInner = (bytes: Uint8Array) => Promise<readonly Block[]>;

/** Documents within each other, as merging programs make them. */
const maxDepth = 4;

/**
 * Whole files that Word takes in when it opens the document, by the ids of their relations: HTML and
 * MHTML from web applications, RTF, texts and other Word documents.
 */
export async function chunksOf(
  office: OfficePackage,
  relations: readonly Relation[],
  depth: number,
  readInner: ReadInner,
): Promise<ReadonlyMap<string, readonly Block[]>> {
  const chunks = new Map<string, readonly Block[]>();
  for (const { id, type, target } of relations) {
    if (type !== "aFChunk" || !office.archive.has(target)) continue;
    hold(depth + 1, maxDepth, "documents within each other");
    chunks.set(id, await blocksIn(target, await office.archive.bytes(target), office, readInner));
  }
  return chunks;
}

/** What a file is shows better in its bytes than in its name. Readers are loaded when needed: few documents do. */
async function blocksIn(
  name: string,
  bytes: Uint8Array,
  { bounds }: OfficePackage,
  readInner: ReadInner,
): Promise<readonly Block[]> {
  const head = Buffer.from(bytes.subarray(0, 1_024)).toString("latin1");
  if (head.startsWith("PK")) return readInner(bytes);
  if (/^\s*\{\\rtf/u.test(head)) {
    const { rtfBlocks } = await import("../rtf/rtf.ts");
    return rtfBlocks(bytes, bounds).blocks;
  }
  if (/^\s*(?:mime-version|content-type|from|subject|date):/iu.test(head)) {
    const { mailBody } = await import("../mail/body.ts");
    return mailBody(bytes, bounds);
  }
  if (/\.txt$/iu.test(name) || !/<[a-z!?]/iu.test(head)) return textBlocks(decodeText(bytes));
  const { decodeHtml, htmlBlocks } = await import("../html/html.ts");
  return htmlBlocks(decodeHtml(bytes), bounds).blocks;
}
