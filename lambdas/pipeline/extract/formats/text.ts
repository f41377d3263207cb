import { hold } from "../bounds.ts";
import type { ReadContext, Reading, Source } from "../extraction.ts";
import { decodeText } from "../text/decode.ts";

/** Plain text is its own Markdown: the chunker knows how to read both. */
export function readText({ bytes, charset }: Source, { bounds }: ReadContext): Reading {
  const markdown = decodeText(bytes, charset);
  hold(markdown.length, bounds.maxOutputChars, "characters of text");
  return { markdown, marks: [] };
}
