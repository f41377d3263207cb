import { posix } from "node:path";
import { attribute, children, find, textOf } from "../archive/walk.ts";
import { parseXml } from "../archive/xml.ts";
import { Archive } from "../archive/zip.ts";
import { append, type Block, plain } from "../document/blocks.ts";
import { writeMarkdown } from "../document/write.ts";
import { DamagedDocumentError, EncryptedDocumentError } from "../errors.ts";
import type { ReadContext, Reading, Source } from "../extraction.ts";
import { decodeHtml, htmlBlocks } from "./html/html.ts";

/** Reads a book's chapters in the order of its spine; its table of contents goes. */
export async function readEpub({ bytes }: Source, context: ReadContext): Promise<Reading> {
  const { bounds } = context;
  const archive = await Archive.open(bytes, bounds);
  await refuseProtected(archive, context);
  const container = parseXml(await archive.bytes("META-INF/container.xml"), bounds);
  const path = attribute(find(container, "rootfiles", "rootfile"), "full-path");
  if (path === undefined) {
    throw new DamagedDocumentError(
      "The EPUB is incomplete: it does not name its package file (.opf). Save it again and send it.",
    );
  }
  const book = parseXml(await archive.bytes(path), bounds);
  const items = new Map(
    children(find(book, "manifest"), "item").map((item) => [attribute(item, "id"), item]),
  );
  const chapters = children(find(book, "spine"), "itemref").flatMap((reference) => {
    const item = items.get(attribute(reference, "idref"));
    const isContents = /\bnav\b/u.test(attribute(item, "properties") ?? "");
    const href = attribute(item, "href");
    return href === undefined || isContents ? [] : [inFolder(path, href)];
  });
  const blocks: Block[] = [];
  for (const [index, chapter] of chapters.entries()) {
    if (archive.has(chapter)) append(blocks, await chapterBlocks(archive, chapter, index, context));
    context.progress(index + 1, chapters.length);
  }
  const title = textOf(find(book, "metadata", "title")).trim();
  return { ...writeMarkdown(blocks, bounds), title: title === "" ? undefined : title };
}

async function chapterBlocks(
  archive: Archive,
  chapter: string,
  index: number,
  { bounds }: ReadContext,
): Promise<Block[]> {
  const { blocks, title } = htmlBlocks(decodeHtml(await archive.bytes(chapter)), bounds);
  const heading = blocks.find((block) => block.kind === "heading");
  const name =
    heading === undefined ? title : plain(heading.content).replaceAll(/\s+/gu, " ").trim();
  const place = { chapter: name === undefined || name === "" ? `Chapter ${index + 1}` : name };
  return [{ kind: "place", place }, ...blocks];
}

function inFolder(path: string, href: string): string {
  const bare = href.split("#")[0] ?? "";
  let decoded = bare;
  try {
    decoded = decodeURIComponent(bare);
  } catch {
    // A name with a stray percent sign is meant as it is written.
  }
  return posix.join(posix.dirname(path), decoded);
}

/** Fonts may be obscured; chapters that are encrypted cannot be read. */
async function refuseProtected(archive: Archive, { bounds }: ReadContext): Promise<void> {
  if (!archive.has("META-INF/encryption.xml")) return;
  const list = parseXml(await archive.bytes("META-INF/encryption.xml"), bounds);
  const isProtected = children(list, "EncryptedData").some((data) => {
    const uri = attribute(find(data, "CipherData", "CipherReference"), "URI") ?? "";
    return /\.x?html?$/iu.test(uri);
  });
  if (isProtected) {
    throw new EncryptedDocumentError(
      "The book is protected by rights management. Send one without protection.",
    );
  }
}
