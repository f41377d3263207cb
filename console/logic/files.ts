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

/** The file's name, or its folder's name and the path in it: the document's id is made from it. */
export function placeOf(file: { name: string; webkitRelativePath?: string }): string {
  return file.webkitRelativePath || file.name;
}

/** @throws Error if the bytes are not UTF-8 */
export function decodeText(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Error("This file is not UTF-8 text. Save it as UTF-8 and send it again.");
  }
}
