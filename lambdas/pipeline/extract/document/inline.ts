import type { Inline, Style } from "./blocks.ts";
import { withPowers } from "./powers.ts";

type Text = Extract<Inline, { kind: "text" }>;

/** Inline Markdown; neighbours of one style share their marks. */
export function inlineMarkdown(content: readonly Inline[], breaks = "  \n"): string {
  return merged(withPowers(content))
    .map((inline) => {
      switch (inline.kind) {
        case "text":
          return styled(inline);
        case "link":
          return link(inlineMarkdown(inline.content, " "), inline.url);
        case "image":
          return inline.alt.trim() === "" ? "" : `![${oneLine(escapeText(inline.alt))}]()`;
        case "note":
          return `[^${inline.id}]`;
        case "math":
          return `$${inline.tex}$`;
        case "break":
          return breaks;
      }
    })
    .join("");
}

function merged(content: readonly Inline[]): readonly Inline[] {
  const result: Inline[] = [];
  for (const inline of content) {
    const last = result.at(-1);
    if (inline.kind === "text" && last?.kind === "text" && sameStyle(inline, last)) {
      result[result.length - 1] = { ...last, text: last.text + inline.text };
    } else result.push(inline);
  }
  return result;
}

function sameStyle(one: Style, other: Style): boolean {
  return (
    Boolean(one.bold) === Boolean(other.bold) &&
    Boolean(one.italic) === Boolean(other.italic) &&
    Boolean(one.strike) === Boolean(other.strike) &&
    Boolean(one.code) === Boolean(other.code)
  );
}

function styled({ text, bold, italic, strike, code }: Text): string {
  const inner = text.trim();
  if (inner === "") return text === "" ? "" : " ";
  const marks = (strike ? "~~" : "") + (bold ? "**" : "") + (italic ? "*" : "");
  const written = code ? codeSpan(inner) : escapeText(inner);
  // Marks do not open before a blank, nor close behind one.
  const before = /^\s/u.test(text) ? " " : "";
  const after = /\s$/u.test(text) ? " " : "";
  return before + marks + written + Array.from(marks).toReversed().join("") + after;
}

function codeSpan(text: string): string {
  const fence = text.includes("`") ? "``" : "`";
  return fence + oneLine(text) + fence;
}

function link(label: string, url: string): string {
  // Scripts and data are no addresses that a reader could follow.
  if (label.trim() === "" || /^\s*(?:javascript|data|vbscript):/iu.test(url) || url === "") {
    return label;
  }
  return `[${label.trim()}](${url.replaceAll(/[\s()<>]/gu, (char) => encodeURIComponent(char).replace("(", "%28").replace(")", "%29"))})`;
}

/** Keeps text from being read as markup, and no more than that. */
export function escapeText(text: string): string {
  return (
    text
      // Where a word may be broken at a line's end: within it, it would hide the word from a search.
      .replaceAll("\u00ad", "")
      .replaceAll(/[\\`*]/gu, String.raw`\$&`)
      .replaceAll(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, String.raw`\_`)
      .replaceAll(/<(?=[a-z/!?])/giu, String.raw`\<`)
      .replaceAll(/\](?=[([])/gu, String.raw`\]`)
      .replaceAll(/[^\S\n\u00a0]+/gu, " ")
  );
}

/** A paragraph must not begin like a block of another kind. */
export function escapeBlockStart(line: string): string {
  return line
    .replace(/^(#{1,6}(?=\s|$)|[-+](?=\s|$)|>|[-=]+\s*$|~{3,})/u, String.raw`\$1`)
    .replace(/^(\d{1,9})([.)])(?=\s|$)/u, String.raw`$1\$2`);
}

export function oneLine(text: string): string {
  return text.replaceAll(/\s+/gu, " ").trim();
}
