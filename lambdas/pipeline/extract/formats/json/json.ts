import type { Block } from "../../document/blocks.ts";
import { writeMarkdown } from "../../document/write.ts";
import type { ReadContext, Reading, Source } from "../../extraction.ts";
import { decodeText } from "../../text/decode.ts";
import { isList, recordBlocks, valueBlocks } from "./blocks.ts";
import { type Json, parseJson } from "./value.ts";

/** Reads JSON: the items of a list at the top are its records. */
export function readJson({ bytes, charset }: Source, { bounds }: ReadContext): Reading {
  const value = parseJson(decodeText(bytes, charset), bounds);
  return writeMarkdown(isList(value) ? records(value) : valueBlocks(value), bounds);
}

/** Made one by one while they are written: all at once they take several times the file's size. */
function* records(list: readonly Json[]): Generator<Block> {
  for (const [index, item] of list.entries()) yield* recordBlocks(item, index + 1);
}
