import type { Block } from "../../document/blocks.ts";
import { writeMarkdown } from "../../document/write.ts";
import { DamagedDocumentError } from "../../errors.ts";
import type { ReadContext, Reading, Source } from "../../extraction.ts";
import { decodeText } from "../../text/decode.ts";
import { recordBlocks } from "./blocks.ts";
import { parseJson } from "./value.ts";

/** Reads JSON Lines: each line that is not blank is a record, counted from 1. */
export function readJsonLines({ bytes, charset }: Source, { bounds }: ReadContext): Reading {
  return writeMarkdown(records(decodeText(bytes, charset)), bounds);

  function* records(text: string): Generator<Block> {
    let record = 0;
    for (const [index, line] of text.split("\n").entries()) {
      if (line.trim() === "") continue;
      record += 1;
      try {
        yield* recordBlocks(parseJson(line, bounds), record);
      } catch (error) {
        if (!(error instanceof DamagedDocumentError)) throw error;
        throw new DamagedDocumentError(`Line ${index + 1}: ${error.message}`);
      }
    }
  }
}
