/** The readable words of a chunk, without Markdown's marks: what the language tools are made for. */

/** Characters looked at; more than the largest chunk has in Latin script. */
const maxLength = 12_000;
/** Longer runs without a blank are data (base64, hashes), and slow to tag. */
const maxWordLength = 60;

export interface Prose {
  /** Paragraphs and list items, each on one line; no tables, code or headings. */
  readonly text: string;
  /** The first heading inside the chunk. */
  readonly heading?: string;
}

export function proseOf(chunk: string): Prose {
  const head = chunk.slice(0, maxLength).toWellFormed();
  const lines = withoutCode(head).split(/\r\n|[\n\r]/u);
  const heading = lines.find((line) => /^#{1,6}\s+\S/u.test(line));
  const kept = lines
    .filter((line) => !/^\s*(?:#{1,6}\s|\||[-=*_]{3,}\s*$)/u.test(line))
    .map((line) => plain(line.replace(/^\s*(?:[-*+>]|\d{1,3}[.)])\s+/u, "")));
  // Blank lines end a paragraph; a sentence may run over a line's end.
  const text = kept
    .join("\n")
    .replace(/\n{2,}/gu, "\n\n")
    .trim();
  const title = heading === undefined ? "" : plain(heading.replace(/^#+\s+|\s+#+\s*$/gu, ""));
  return { text, ...(title === "" ? {} : { heading: title }) };
}

function withoutCode(text: string): string {
  return text
    .split(/^(?:```|~~~).*$/mu)
    .filter((_, index) => index % 2 === 0)
    .join("\n");
}

/** A line without emphasis, link targets and endless words. */
function plain(line: string): string {
  return line
    .replace(/!?\[([^\]\n]{0,500})\]\([^)\s]{0,2000}\)/gu, "$1")
    .replace(/(?<![\p{L}\p{N}])[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}(?![\p{L}\p{N}])/gu, "")
    .replace(/\S+/gu, (word) => (word.length > maxWordLength ? " " : word))
    .trim();
}
