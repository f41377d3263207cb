import type { Block } from "../../document/blocks.ts";
import { writeMarkdown } from "../../document/write.ts";
import { DamagedDocumentError } from "../../errors.ts";
import type { ReadContext, Reading, Source } from "../../extraction.ts";
import { decodeText } from "../../text/decode.ts";
import { isList, recordBlocks, valueBlocks } from "./blocks.ts";
import { readJsonLines } from "./json-lines.ts";
import { type Json, parseJson } from "./value.ts";

/**
 * Reads JSON: the items of a list at the top are its records. Many programs name JSON Lines
 * `.json`, too.
 */
export function readJson(source: Source, context: ReadContext): Reading {
  const { bounds } = context;
  const text = decodeText(source.bytes, source.charset);
  let value: Json;
  try {
    value = parseJson(text, bounds);
  } catch (error) {
    if (error instanceof DamagedDocumentError && hasLines(text, context))
      return readJsonLines(source, context);
    throw error;
  }
  return writeMarkdown(isList(value) ? records(value) : valueBlocks(value), bounds);
}

/** Whether the first line is a value of its own. */
function hasLines(text: string, { bounds }: ReadContext): boolean {
  const [first = ""] = /^[^\n]*\n/u.exec(text.trimStart()) ?? [];
  try {
    return typeof parseJson(first, bounds) === "object";
  } catch {
    return false;
  }
}

/** Made one by one while they are written: all at once they take several times the file's size. */
function* records(list: readonly Json[]): Generator<Block> {
  for (const [index, item] of list.entries()) yield* recordBlocks(item, index + 1);
}
