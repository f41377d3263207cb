/**
 * Markdown as a tree of a few known elements. Nothing of a document becomes HTML: tags in it are
 * text, and the page makes its own elements from the tree.
 */
import MarkdownIt, { type Token } from "markdown-it";

export interface MarkdownElement {
  readonly tag: MarkdownTag;
  /** Of a link, with a scheme that is safe to follow. */
  readonly href?: string;
  /** Of an ordered list. */
  readonly start?: number;
  readonly children: readonly MarkdownNode[];
}

export type MarkdownNode = string | MarkdownElement;

const tags = [
  "p",
  "h1",
  "h2",
  "h3",
  "h4",
  "h5",
  "h6",
  "ul",
  "ol",
  "li",
  "blockquote",
  "pre",
  "code",
  "hr",
  "br",
  "em",
  "strong",
  "s",
  "a",
  "table",
  "thead",
  "tbody",
  "tr",
  "th",
  "td",
] as const;
type MarkdownTag = (typeof tags)[number];

const known: ReadonlySet<string> = new Set(tags);

const parser = new MarkdownIt({ html: false, linkify: false, typographer: false });

export function parseMarkdown(text: string): MarkdownNode[] {
  return treeOf(parser.parse(text, {}));
}

interface Open {
  readonly tag: string;
  readonly href?: string | undefined;
  readonly start?: number | undefined;
  readonly children: MarkdownNode[];
}

function treeOf(tokens: readonly Token[]): MarkdownNode[] {
  const root: Open = { tag: "", children: [] };
  const open: Open[] = [root];
  for (const token of tokens) {
    const parent = open.at(-1) ?? root;
    if (token.nesting === 1) open.push(opened(token));
    else if (token.nesting === -1) {
      const done = open.pop() ?? root;
      (open.at(-1) ?? root).children.push(...closed(done));
    } else parent.children.push(...leaf(token));
  }
  return root.children;
}

function opened(token: Token): Open {
  // Paragraphs of a tight list show their text alone.
  const tag = token.hidden ? "" : token.tag;
  const start = Number(token.attrGet("start") ?? Number.NaN);
  return {
    tag,
    href: tag === "a" ? safeHref(token.attrGet("href")) : undefined,
    start: Number.isInteger(start) ? start : undefined,
    children: [],
  };
}

function closed({ tag, href, start, children }: Open): MarkdownNode[] {
  const isLinkToNowhere = tag === "a" && href === undefined;
  if (!isTag(tag) || isLinkToNowhere) return children;
  return [
    {
      tag,
      ...(href === undefined ? {} : { href }),
      ...(start === undefined ? {} : { start }),
      children,
    },
  ];
}

function leaf(token: Token): MarkdownNode[] {
  switch (token.type) {
    case "inline":
      return treeOf(token.children ?? []);
    case "fence":
    case "code_block":
      return [{ tag: "pre", children: [{ tag: "code", children: [token.content] }] }];
    case "code_inline":
      return [{ tag: "code", children: [token.content] }];
    case "softbreak":
      return ["\n"];
    case "hardbreak":
      return [{ tag: "br", children: [] }];
    case "hr":
      return [{ tag: "hr", children: [] }];
    case "image":
      // Never loaded: an image of a document could tell its owner who reads it.
      return token.content === "" ? [] : [{ tag: "em", children: [token.content] }];
    default:
      return token.content === "" ? [] : [token.content];
  }
}

function safeHref(href: string | number | null): string | undefined {
  const isSafe = typeof href === "string" && /^(?:https?:|mailto:)/i.test(href);
  return isSafe ? href : undefined;
}

function isTag(tag: string): tag is MarkdownTag {
  return known.has(tag);
}
