import type { Email } from "postal-mime";
import type { Bounds } from "../../bounds.ts";
import type { Block } from "../../document/blocks.ts";
import { textBlocks } from "../../document/lines.ts";
import { writeMarkdown } from "../../document/write.ts";
import { htmlBlocks } from "../html/html.ts";
import { MailParser } from "./parser.ts";

/** @throws UnknownEncodingError */
export async function parseMail(bytes: Uint8Array, bounds: Bounds): Promise<Email> {
  const parser = new MailParser(
    {
      maxNestingDepth: Math.min(64, bounds.maxNesting),
      forceRfc822Attachments: true,
      attachmentEncoding: "arraybuffer",
    },
    (html) => /[\p{L}\p{N}]/u.test(writeMarkdown(htmlBlocks(html, bounds).blocks, bounds).markdown),
  );
  return parser.parse(bytes);
}

/** What a mail says, without who wrote it; also a page that was saved with its pictures (MHTML). */
export async function mailBody(bytes: Uint8Array, bounds: Bounds): Promise<Block[]> {
  return bodyBlocks(await parseMail(bytes, bounds), bounds);
}

/** HTML keeps lists and tables, which the text beside it has lost. */
export function bodyBlocks({ text = "", html = "" }: Email, bounds: Bounds): Block[] {
  return html.trim() === "" ? textBlocks(text) : htmlBlocks(html, bounds).blocks;
}
