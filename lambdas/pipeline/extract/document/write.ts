import { type Bounds, hold } from "../bounds.ts";
import type { Mark } from "../extraction.ts";
import type { Block, Inline, ListItem } from "./blocks.ts";
import { escapeBlockStart, inlineMarkdown, oneLine } from "./inline.ts";
import { tableMarkdown } from "./table.ts";

export interface Written {
  readonly markdown: string;
  readonly marks: readonly Mark[];
}

/**
 * Markdown of blocks, one blank line between two, and where each place begins.
 * @throws DocumentOverBoundsError when it grows too long.
 */
export function writeMarkdown(blocks: Iterable<Block>, bounds: Bounds): Written {
  const parts: string[] = [];
  const marks: Mark[] = [];
  let offset = 0;
  for (const block of blocks) {
    if (block.kind === "place") {
      // A place without text leaves no mark: the next one stands there.
      if (marks.at(-1)?.offset === offset) marks.pop();
      marks.push({ offset, ...block.place });
      continue;
    }
    const written = blockMarkdown(block, bounds);
    if (written.trim() === "") continue;
    parts.push(written, "\n\n");
    offset += written.length + 2;
    hold(offset, bounds.maxOutputChars, "characters of text");
  }
  if (marks.at(-1)?.offset === offset) marks.pop();
  return { markdown: parts.join("").replace(/\n+$/u, "\n"), marks };
}

function blockMarkdown(block: Block, bounds: Bounds): string {
  switch (block.kind) {
    case "heading": {
      const title = oneLine(inlineMarkdown(block.content.map(unbold), " "));
      return title === "" ? "" : `${"#".repeat(Math.min(6, Math.max(1, block.level)))} ${title}`;
    }
    case "paragraph":
      return inlineMarkdown(block.content).trim().split("\n").map(escapeBlockStart).join("\n");
    case "list":
      return block.items
        .map((item) => itemMarkdown(item, bounds))
        .filter((item) => item !== "")
        .join("\n");
    case "table":
      return tableMarkdown(block.rows, bounds);
    case "code":
      return fenced(block.text, block.language);
    case "math":
      return block.tex.trim() === "" ? "" : `$$${block.tex.trim()}$$`;
    case "quote":
      return prefixed(many(block.blocks, bounds), "> ", "> ");
    case "note":
      return prefixed(many(block.blocks, bounds), `[^${block.id}]: `, "    ");
    case "rule":
      return "---";
    case "place":
      return "";
  }
}

/** A heading is in bold anyhow. */
function unbold(inline: Inline): Inline {
  return inline.kind === "text" ? { ...inline, bold: false } : inline;
}

function many(blocks: readonly Block[], bounds: Bounds): string {
  return blocks
    .map((block) => blockMarkdown(block, bounds))
    .filter((written) => written.trim() !== "")
    .join("\n\n");
}

function itemMarkdown({ blocks, number, checked }: ListItem, bounds: Bounds): string {
  const bullet = number === undefined ? "- " : `${number}. `;
  const box = checked === undefined ? "" : `[${checked ? "x" : " "}] `;
  const written = blocks.map((block) => blockMarkdown(block, bounds)).filter(Boolean);
  // A list within an item follows it at once; other blocks are set off.
  const content = written.reduce((before, next, index) => {
    const isList = blocks[index]?.kind === "list" || blocks.length === 2;
    return before === "" ? next : `${before}${isList ? "\n" : "\n\n"}${next}`;
  }, "");
  return content === "" ? "" : prefixed(box + content, bullet, " ".repeat(bullet.length));
}

function prefixed(content: string, first: string, rest: string): string {
  if (content === "") return "";
  return content
    .split("\n")
    .map((line, index) => (index === 0 ? first + line : line === "" ? rest.trimEnd() : rest + line))
    .join("\n");
}

function fenced(text: string, language = ""): string {
  const content = text.replace(/^\n+|\s+$/gu, "");
  if (content === "") return "";
  const runs = content.match(/`{3,}/gu) ?? [];
  const fence = "`".repeat(runs.reduce((most, run) => Math.max(most, run.length + 1), 3));
  return `${fence}${language}\n${content}\n${fence}`;
}
