/** Turns a dropped file into a document that can be sent. */

import { maxChunks, maxUploadBytes } from "../../lambdas/contract/limits.ts";
import type { ContentType } from "../../lambdas/contract/vocabulary.ts";
import { plain } from "./format.ts";

const typeByExtension: Readonly<Record<string, ContentType>> = {
  md: "text/markdown",
  markdown: "text/markdown",
  txt: "text/plain",
  text: "text/plain",
  log: "text/plain",
  csv: "text/plain",
  html: "text/plain",
  htm: "text/plain",
};

export const acceptedFiles = ".md,.markdown,.txt,.text,.log,.csv,.html,text/plain,text/markdown";

/** Both limits of a document: English text reaches the number of chunks long before the number of bytes. */
export const limitsInWords = `up to ${maxUploadBytes / 2 ** 20} MB and ${plain(maxChunks)} chunks (about 5 MB of plain English)`;

/** The content type by file name, otherwise by the browser's type; undefined if the file is not text. */
export function contentTypeOf(file: { name: string; type: string }): ContentType | undefined {
  const dot = file.name.lastIndexOf(".");
  const known = typeByExtension[file.name.slice(dot + 1).toLowerCase()];
  if (known !== undefined) return known;
  if (file.type === "text/markdown") return "text/markdown";
  return file.type.startsWith("text/") || (dot === -1 && file.type === "")
    ? "text/plain"
    : undefined;
}

/**
 * The document's id: a file with the same name is the next version of the same document. A name
 * with characters that ids do not allow gets a hash of the whole name, so that similar names stay
 * distinct.
 */
export function documentIdOf(name: string): string {
  const id = name
    .replace(/[^A-Za-z0-9._:-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, 110);
  return id === name ? id : `${id.replace(/-+$/, "") || "file"}-${fnv1a(name)}`;
}

/** FNV-1a, 32 bits: enough to distinguish names, and unlike Web Crypto it needs no secure context. */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(8, "0");
}

/** @throws Error if the bytes are not UTF-8 */
export function decodeText(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Error("This file is not UTF-8 text. Save it as UTF-8 and send it again.");
  }
}
