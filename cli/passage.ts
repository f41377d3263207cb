/** Texts of chunks and their metadata, for people. */
import type { SearchAnswer } from "../lambdas/contract/calls/search.ts";

/** Characters of a chunk that are printed if not all are wanted. */
const shortLength = 400;

/** The beginning of a text, in one line. */
export function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > shortLength ? `${line.slice(0, shortLength)}…` : line;
}

export function indented(text: string): string {
  return text.trim().replace(/^/gm, "   ");
}

/** The title and keywords, and the caller's own fields. Missing if the provider refused the chunk. */
export function metadataLines(metadata: SearchAnswer["results"][number]["metadata"]): string[] {
  if (metadata === undefined) return ["   (no metadata)"];
  const { title, keywords, custom = {} } = metadata;
  const about = [title, keywords.join(", ")].filter((part) => part !== "").join(" · ");
  const fields = Object.entries(custom).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return [about, fields.join(", ")].filter((line) => line !== "").map((line) => `   ${line}`);
}
