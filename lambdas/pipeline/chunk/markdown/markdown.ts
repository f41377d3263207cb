/** Blocks of Markdown, by a parser that knows where a `#` is a heading and where a comment. */
import MarkdownIt, { type Token } from "markdown-it";
import type { Block, Context } from "../blocks.ts";
import type { Run } from "../runs.ts";
import { htmlHeadings, titleOf } from "./headings.ts";
import { LineReader, type Lines, marksLength } from "./lines.ts";

const parser = new MarkdownIt("default", { html: true });
// Blocks are all that cuts need, and reading inline markup takes most of the time.
parser.core.ruler.enableOnly(["normalize", "block"]);

/** Parsed at once, in UTF-16 units; the parser keeps some 100 bytes a character of a list. */
const parsedAtOnce = 64 * 1024;
const mostParsedAtOnce = 256 * 1024;
/** Of a fence's first line. */
const maxInfoLength = 100;

const frontMatter =
  /^(---|\+\+\+)[^\S\r\n]*(?:\r\n?|\n)[^]*?(?:\r\n?|\n)(?:\1|\.\.\.)[^\S\r\n]*(?:(?:\r\n?|\n)\s*|$)/u;

/** @param blanks Long runs of blanks, ascending. */
export function* markdownBlocks(text: string, blanks: readonly Run[]): Iterable<Block> {
  const reader = new LineReader(text, blanks);
  // Else its last line would be read as a heading, underlined by the closing dashes.
  let start = frontMatter.exec(text.slice(0, parsedAtOnce))?.[0].length ?? 0;
  if (start > 0) yield { start: 0, end: start, kind: "lines" };
  let size = parsedAtOnce;
  while (start < text.length) {
    const lines = reader.read(start, size);
    const { blocks, open } = parse(lines, start);
    const [first] = blocks;
    if (lines.end === text.length || first === undefined) {
      yield* blocks;
      return;
    }
    // The last block may go on beyond the window, so the next window begins with it.
    if (blocks.length > 1) {
      yield* blocks.slice(0, -1);
      start = blocks.at(-1)?.start ?? lines.end;
    } else if (size < mostParsedAtOnce) {
      size *= 4;
      continue;
    } else {
      const end = open === undefined ? lines.end : endOf(open, lines.end, reader);
      yield extended(first, end);
      start = end;
    }
    size = parsedAtOnce;
  }
}

/** How a block ends that the parser has not seen the end of. */
interface OpenBlock {
  readonly lastLine?: RegExp;
  readonly lineAfter?: RegExp;
}

function endOf(open: OpenBlock, from: number, reader: LineReader): number {
  let lines = reader.read(from, parsedAtOnce);
  for (let at = from; lines.starts.length > 0; lines = reader.read(at, parsedAtOnce)) {
    at = lines.end;
    for (const [index, line] of lines.source.split("\n").entries()) {
      if (open.lineAfter?.test(line)) return lines.starts[index] ?? at;
      if (open.lastLine?.test(line)) return lines.starts[index + 1] ?? at;
    }
  }
  return lines.end;
}

function extended(block: Block, end: number): Block {
  const contexts = block.contexts?.map((context) =>
    context.to === block.end ? { ...context, to: end } : context,
  );
  return { ...block, end, ...(contexts && { contexts }) };
}

interface Parsed {
  /** Together they cover the lines. */
  readonly blocks: readonly Block[];
  /** Of the last block, if lines that follow may belong to it and say so only together with it. */
  readonly open: OpenBlock | undefined;
}

function parse({ source, starts, end }: Lines, start: number): Parsed {
  const offsetOf = (line: number): number => starts[line] ?? end;
  const lines = source.split("\n");
  const tokens = parser.parse(source, {});
  const found: (Omit<Block, "contexts"> & { contexts: Context[] })[] = [];
  let open: OpenBlock | undefined;
  for (const [index, token] of tokens.entries()) {
    if (token.map === null || token.nesting < 0) continue;
    const first = offsetOf(token.map[0]);
    if (token.level === 0) {
      const described = describe(token, tokens[index + 1], offsetOf);
      found.push(...described.map((block) => ({ end, ...block, contexts: [] })));
      open = openBlock(token, lines);
    } else if (token.level === 1 && token.type === "list_item_open") {
      const items = found.at(-1)?.items as number[] | undefined;
      if (first !== found.at(-1)?.start) items?.push(first);
    }
    const context = contextOf(token, lines, offsetOf);
    if (context !== undefined) found.at(-1)?.contexts.push(context);
  }
  if (found.length === 0) return { blocks: [{ start, end, kind: "prose" }], open };
  const blocks = found.map(({ contexts, ...block }, index) => ({
    ...block,
    start: index === 0 ? start : block.start,
    end: found[index + 1]?.start ?? end,
    ...(contexts.length > 0 && { contexts }),
  }));
  return { blocks, open };
}

function describe(
  token: Token,
  next: Token | undefined,
  offsetOf: (line: number) => number,
): readonly Omit<Block, "end">[] {
  const [firstLine] = token.map ?? [0];
  const start = offsetOf(firstLine);
  switch (token.type) {
    case "heading_open": {
      const heading = { level: Number(token.tag.slice(1)), title: titleOf(next?.content ?? "") };
      return [{ start, kind: "heading", heading }];
    }
    case "paragraph_open":
    case "blockquote_open":
      return [{ start, kind: "prose" }];
    case "html_block": {
      const parts: Omit<Block, "end">[] = [{ start, kind: "lines", items: [] }];
      for (const { level, title, ...at } of htmlHeadings(token.content)) {
        const headingStart = offsetOf(firstLine + at.firstLine);
        if (parts.at(-1)?.start === headingStart) parts.pop();
        parts.push({ start: headingStart, kind: "heading", heading: { level, title } });
        const after = firstLine + at.lastLine + 1;
        if (after < (token.map?.[1] ?? after)) {
          parts.push({ start: offsetOf(after), kind: "lines", items: [] });
        }
      }
      return parts;
    }
    default:
      return [{ start, kind: "lines", items: [] }];
  }
}

function contextOf(
  { type, map, info, markup }: Token,
  lines: readonly string[],
  offsetOf: (line: number) => number,
): Context | undefined {
  const [first, after] = map ?? [0, 0];
  const to = offsetOf(after);
  if (type === "fence") {
    const text = `${markup}${info.trim().slice(0, maxInfoLength)}`.trim();
    return { from: offsetOf(first + 1), to, text };
  }
  if (type !== "table_open") return undefined;
  const header = lines.slice(first, first + 2).map((line) => line.slice(marksLength(line)).trim());
  return { from: offsetOf(first + 2), to, text: header.join("\n") };
}

function openBlock({ type, map, markup, content }: Token, lines: readonly string[]) {
  const last = lines[(map?.[1] ?? 1) - 1] ?? "";
  if (type === "table_open") return { lineAfter: /^[^|]*$/u };
  if (type === "fence") {
    const lastLine = new RegExp(`^ {0,3}${markup.charAt(0)}{${markup.length},}[ \\t]*$`, "u");
    return lastLine.test(last) ? undefined : { lastLine };
  }
  if (type !== "html_block") return undefined;
  const [, element] = /^\s*<(script|style|pre|textarea)[\s>]/iu.exec(content) ?? [];
  if (element !== undefined) return { lastLine: /<\/(?:script|style|pre|textarea)>/iu };
  if (/^\s*<!--/u.test(content)) return { lastLine: /-->/u };
  return { lineAfter: /^$/u };
}
