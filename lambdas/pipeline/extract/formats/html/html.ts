import type { Bounds } from "../../bounds.ts";
import type { Block } from "../../document/blocks.ts";
import { writeMarkdown } from "../../document/write.ts";
import type { ReadContext, Reading, Source } from "../../extraction.ts";
import { decodeText } from "../../text/decode.ts";
import { blocksOf } from "./blocks.ts";
import { htmlTree } from "./tree.ts";

/** Reads a page: scripts, navigation and what is hidden go. */
export function readHtml({ bytes, charset }: Source, { bounds }: ReadContext): Reading {
  const { blocks, title } = htmlBlocks(decodeHtml(bytes, charset), bounds);
  return { ...writeMarkdown(blocks, bounds), title };
}

export function decodeHtml(bytes: Uint8Array, charset?: string): string {
  const head = Buffer.from(bytes.subarray(0, 4_096)).toString("latin1");
  const meta = /<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)|<\?xml[^>]+encoding=["']([\w-]+)/iu.exec(
    head,
  );
  return decodeText(bytes, charset ?? meta?.[1] ?? meta?.[2]);
}

export function htmlBlocks(
  html: string,
  bounds: Bounds,
): { blocks: Block[]; title?: string | undefined } {
  const { root, title } = htmlTree(html, bounds);
  return { blocks: blocksOf(root), title: title === "" ? undefined : title };
}
