import { type Block, paragraph } from "../../document/blocks.ts";

/** A comment on a cell, with who wrote it and when. */
export function commentOf(author: string, time: string | undefined, content: string): Block[] {
  const value = content.replaceAll(/\s+/gu, " ").trim();
  const who = [
    author === "" ? [] : `author: ${author}`,
    time === undefined ? [] : `time: ${time}`,
  ].flat();
  return value === ""
    ? []
    : [paragraph(who.length === 0 ? value : `[${who.join(", ")}]: ${value}`)];
}
