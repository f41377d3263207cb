/** Turns a dropped file into a document that can be sent. */

import {
  formatNames,
  formatOfFilename,
  isAccepted,
  isTextType,
  naming,
} from "../../lambdas/contract/file-formats.ts";
import { maxChunks, maxUploadBytes } from "../../lambdas/contract/limits.ts";
import { plain } from "./format.ts";

/** For the browser's file dialog. */
export const acceptedFiles = [
  ...formatNames.flatMap((name) => naming[name].extensions.map((extension) => `.${extension}`)),
  "text/*",
].join(",");

/** What can be sent, for people: most used formats first. */
export const formatsInWords =
  "PDF, Word, PowerPoint, Excel, OpenDocument, HTML, Markdown, text, CSV, JSON, mail, EPUB and RTF";

/** Each format with the endings of its files. */
export const formatList: readonly { readonly title: string; readonly endings: string }[] =
  formatNames.map((name) => ({
    title: naming[name].title.replace(/^an? /, ""),
    endings: naming[name].extensions.map((extension) => `.${extension}`).join(" "),
  }));

/** Both limits of a document: English text reaches the number of chunks long before the number of bytes. */
export const limitsInWords = `up to ${maxUploadBytes / 2 ** 20} MB and ${plain(maxChunks)} chunks (about 5 MB of plain English)`;

/** The content type by file name, otherwise by the browser's type; undefined if it cannot be read. */
export function contentTypeOf(file: { name: string; type: string }): string | undefined {
  const format = formatOfFilename(file.name);
  if (format !== undefined) return naming[format].contentTypes[0];
  if (file.type === "") return file.name.includes(".") ? undefined : "text/plain";
  return isAccepted(file.type) ? file.type : undefined;
}

/** The file's name, or its folder's name and the path in it: the document's id is made from it. */
export function placeOf(file: { name: string; webkitRelativePath?: string }): string {
  return file.webkitRelativePath || file.name;
}

/** The text of a small file that can be sent inside the request; undefined if it must be uploaded. */
export function inlineText(contentType: string, bytes: ArrayBuffer): string | undefined {
  if (!isTextType(contentType)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // Another encoding: the service finds out which.
    return undefined;
  }
}
