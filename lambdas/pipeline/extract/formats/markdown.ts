import type { ReadContext, Reading, Source } from "../extraction.ts";
import { readText } from "./text.ts";

/** Markdown stays as it is; its title is its first heading of the first level. */
export function readMarkdown(source: Source, context: ReadContext): Reading {
  const reading = readText(source, context);
  const title = /^#\s+(.+?)\s*#*$/mu.exec(reading.markdown.slice(0, 8_192))?.[1];
  return { ...reading, title };
}
