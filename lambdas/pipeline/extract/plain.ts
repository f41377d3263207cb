import { charsetOf, formatOfContentType, formatOfFilename } from "../../contract/file-formats.ts";
import { type Bounds, defaultBounds } from "./bounds.ts";
import type { Extraction } from "./extract.ts";
import type { Declared } from "./extraction.ts";
import { readMarkdown } from "./formats/markdown.ts";
import { readText } from "./formats/text.ts";

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Text and Markdown in UTF-8 that were declared as such: they need no parser, and so no process of
 * its own. Anything else is for the sandbox.
 */
export function readPlain(
  bytes: Uint8Array,
  declared: Declared,
  bounds: Bounds = defaultBounds,
): Extraction | undefined {
  const format = plainFormatOf(declared);
  if (format === undefined || bytes.length > bounds.maxInputBytes || !isUtf8Text(bytes)) {
    return undefined;
  }
  const read = format === "text" ? readText : readMarkdown;
  const source = { bytes, charset: charsetOf(declared.contentType) };
  const { markdown, title } = read(source, { bounds, progress: () => {} });
  return { format, markdown, title, marks: [], unreadablePages: [], attachments: [] };
}

function plainFormatOf({ contentType, filename }: Declared): "text" | "markdown" | undefined {
  const byType = contentType === undefined ? undefined : formatOfContentType(contentType);
  const byName = filename === undefined ? undefined : formatOfFilename(filename);
  if (byType === "markdown") return "markdown";
  // Programs call many texts text/plain: the name says more.
  if (byType !== "text") return undefined;
  if (byName === undefined || byName === "text") return "text";
  return byName === "markdown" ? "markdown" : undefined;
}

/** Not the beginning of a file of another type, which may be text in its first bytes. */
function isUtf8Text(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 16)).toString("latin1").trimStart();
  if (/^(?:%PDF-|\{\\rtf)/u.test(head) || bytes.includes(0)) return false;
  try {
    decoder.decode(bytes);
    return true;
  } catch {
    return false;
  }
}
