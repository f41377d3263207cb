import type { Bounds } from "../../bounds.ts";
import type { Block } from "../../document/blocks.ts";
import { writeMarkdown } from "../../document/write.ts";
import type { ReadContext, Reading, Source } from "../../extraction.ts";
import { RtfReader } from "./reader.ts";

/** Reads RTF; running heads, pictures, comments, hidden and deleted text go. */
export function readRtf({ bytes }: Source, { bounds }: ReadContext): Reading {
  const { blocks, title } = rtfBlocks(bytes, bounds);
  return { ...writeMarkdown(blocks, bounds), title };
}

export function rtfBlocks(
  bytes: Uint8Array,
  bounds: Bounds,
): { blocks: Block[]; title: string | undefined } {
  const reader = new RtfReader(bounds);
  // Seven-bit by its specification; other bytes are of the code page that the file names.
  reader.read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1"));
  const title = reader.builder.title.trim();
  return { blocks: reader.builder.finish(), title: title === "" ? undefined : title };
}
