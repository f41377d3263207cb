/** Blocks of Markdown, by a parser that knows where a `#` is a heading and where a comment. */
import MarkdownIt, { type Token } from "markdown-it";
import type { Block } from "./blocks.ts";

const parser = new MarkdownIt("default", { html: true });
const inlineParser = new MarkdownIt("default");
// Blocks are all that cuts need, and reading inline markup takes most of the time.
parser.core.ruler.enableOnly(["normalize", "block"]);

/** A title is a label: what is longer is no heading that somebody wrote. */
const maxTitleLength = 200;
/** Parsed at once, in UTF-16 units; the parser keeps some 100 bytes a character of a list. */
const parsedAtOnce = 512 * 1024;
const mostParsedAtOnce = 4 * 1024 * 1024;

const frontMatter =
  /^---[^\S\r\n]*(?:\r\n?|\n)[\s\S]*?(?:\r\n?|\n)---[^\S\r\n]*(?:(?:\r\n?|\n)\s*|$)/u;

export function* markdownBlocks(text: string): Iterable<Block> {
  // Else its last line would be read as a heading, underlined by the closing dashes.
  let start = frontMatter.exec(text.slice(0, parsedAtOnce))?.[0].length ?? 0;
  if (start > 0) yield { start: 0, end: start, kind: "lines" };
  let size = parsedAtOnce;
  while (start < text.length) {
    const end = lineEnd(text, start + size);
    const blocks = parse(text, start, end);
    const isRest = end === text.length;
    // The last block may go on beyond the window, so the next window begins with it.
    if (!isRest && blocks.length < 2 && size < mostParsedAtOnce) {
      size *= 2;
      continue;
    }
    const whole = isRest || blocks.length < 2 ? blocks : blocks.slice(0, -1);
    yield* whole;
    start = whole.at(-1)?.end ?? end;
    size = parsedAtOnce;
  }
}

function lineEnd(text: string, from: number): number {
  if (from >= text.length) return text.length;
  const line = text.indexOf("\n", from);
  return line < 0 ? text.length : line + 1;
}

/** Blocks between two line starts; together they cover all of it. */
function parse(text: string, start: number, end: number): readonly Block[] {
  const part = text.slice(start, end);
  const lineStarts = startsOfLines(part);
  const offsetOf = (line: number): number => start + (lineStarts[line] ?? part.length);
  const tokens = parser.parse(part, {});
  const found: Block[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.map === null || token.nesting < 0) continue;
    const [first] = token.map;
    if (token.level === 0) {
      found.push({ start: offsetOf(first), end, ...describe(token, tokens[index + 1]) });
    } else if (token.level === 1 && token.type === "list_item_open") {
      const items = found.at(-1)?.items as number[] | undefined;
      const itemStart = offsetOf(first);
      if (itemStart !== found.at(-1)?.start) items?.push(itemStart);
    }
  }
  if (found.length === 0) return [{ start, end, kind: "prose" }];
  return found.map((block, index) => ({
    ...block,
    start: index === 0 ? start : block.start,
    end: found[index + 1]?.start ?? end,
  }));
}

function describe(
  token: Token,
  next: Token | undefined,
): Pick<Block, "kind" | "heading" | "items"> {
  switch (token.type) {
    case "heading_open":
      return {
        kind: "heading",
        heading: { level: Number(token.tag.slice(1)), title: titleOf(next?.content ?? "") },
      };
    case "paragraph_open":
    case "blockquote_open":
      return { kind: "prose" };
    default:
      return { kind: "lines", items: [] };
  }
}

/** What a reader sees of a heading: without emphasis, links' addresses and the like. */
function titleOf(content: string): string {
  const [inline] = inlineParser.parseInline(content.slice(0, maxTitleLength), {});
  const shown = (inline?.children ?? []).map((token) =>
    token.type === "softbreak" || token.type === "hardbreak" ? " " : token.content,
  );
  return shown.join("").trim();
}

function startsOfLines(text: string): readonly number[] {
  const starts = [0];
  for (const match of text.matchAll(/\r\n?|\n/gu)) starts.push(match.index + match[0].length);
  return starts;
}
