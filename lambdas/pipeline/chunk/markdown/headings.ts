/** Titles of headings, as a reader sees them. */
import MarkdownIt from "markdown-it";

export interface Heading {
  /** 1–6. */
  readonly level: number;
  readonly title: string;
}

const inlineParser = new MarkdownIt("default");

/** A title is a label: what is longer is no heading that somebody wrote. */
const maxTitleLength = 200;
/** Characters between `<h1>` and `</h1>`, with the markup between them. */
const maxElementLength = 2_000;

/** Without emphasis, links' addresses and the like. */
export function titleOf(content: string): string {
  const [inline] = inlineParser.parseInline(content.slice(0, maxTitleLength), {});
  const shown = (inline?.children ?? []).map((token) =>
    token.type === "softbreak" || token.type === "hardbreak" ? " " : token.content,
  );
  return shown.join("").trim();
}

/** A heading among the lines of an HTML block. */
export interface HtmlHeading extends Heading {
  readonly firstLine: number;
  readonly lastLine: number;
}

const opening = /<h([1-6])(?:\s[^<>]{0,500})?>/giu;
const tag = /<[^<>]{0,500}>/gu;

/** `<h1>` to `<h6>`, but of two on one line the first only: cuts lie between lines. */
export function htmlHeadings(html: string): readonly HtmlHeading[] {
  // What stands in these is no markup.
  if (/^\s*<(?:!|\?|(?:script|style|pre|textarea)[\s>])/iu.test(html)) return [];
  const found: HtmlHeading[] = [];
  let line = 0;
  let counted = 0;
  for (const match of html.matchAll(opening)) {
    const from = match.index + match[0].length;
    const element = html.slice(from, from + maxElementLength);
    const length = element.search(new RegExp(`</h${match[1]}\\s*>`, "iu"));
    if (length < 0) continue;
    line += lineEndsIn(html.slice(counted, match.index));
    counted = match.index;
    if (line <= (found.at(-1)?.lastLine ?? -1)) continue;
    const content = element.slice(0, length);
    const text = inlineParser.utils.unescapeAll(content.replaceAll(tag, ""));
    found.push({
      level: Number(match[1]),
      title: text.replaceAll(/\s+/gu, " ").trim().slice(0, maxTitleLength),
      firstLine: line,
      lastLine: line + lineEndsIn(content),
    });
  }
  return found;
}

function lineEndsIn(text: string): number {
  return text.split("\n").length - 1;
}
