import { writeMarkdown } from "../../document/write.ts";
import type { ReadContext, Reading, Source } from "../../extraction.ts";
import { decodeText } from "../../text/decode.ts";
import { isList, recordBlocks, valueBlocks } from "./blocks.ts";
import { parseJson } from "./value.ts";

/** Reads JSON: the items of a list at the top are its records. */
export function readJson({ bytes, charset }: Source, { bounds }: ReadContext): Reading {
  const value = parseJson(decodeText(bytes, charset), bounds);
  const blocks = isList(value)
    ? value.flatMap((item, index) => recordBlocks(item, index + 1))
    : valueBlocks(value);
  return writeMarkdown(blocks, bounds);
}
