import type { Inline, Style } from "../../document/blocks.ts";
import type { SymbolFont } from "../../document/symbols.ts";

/** What holds within a group, and ends with it. */
export interface GroupState {
  style: { -readonly [Key in keyof Style]: Style[Key] };
  isHidden: boolean;
  /** Where text goes: into the document, a note, the title, or nowhere. */
  target: "body" | "note" | "title" | "fonts" | "styles" | "field" | "none";
  /** Where the text that stands for another in Unicode goes, within the group that has both. */
  unicode: GroupState["target"] | undefined;
  /** Depth of the text box that it stands in. */
  box: number | undefined;
  /** The field that it stands in: what it says to do, and where its result begins. */
  field: { instruction: string; start: LinePosition } | undefined;
  charset: string;
  /** Of the font, if it draws other signs than letters. */
  symbols: SymbolFont | undefined;
  /** How many bytes stand for a Unicode sign where it is not understood. */
  skipped: number;
  isInstruction: boolean;
}

/** A place in a line of the document. */
export interface LinePosition {
  readonly line: readonly Inline[];
  readonly index: number;
}

export interface ParagraphState {
  /** Depth of tables that the paragraph stands in. */
  isInTable: boolean;
  heading: number | undefined;
  list: { level: number; label: string } | undefined;
}

export const initialGroup: GroupState = {
  style: {},
  isHidden: false,
  target: "body",
  field: undefined,
  unicode: undefined,
  box: undefined,
  charset: "windows-1252",
  symbols: undefined,
  skipped: 1,
  isInstruction: false,
};

export const initialParagraph: ParagraphState = {
  isInTable: false,
  heading: undefined,
  list: undefined,
};

/** Groups that hold no text of the document. */
export const leftOut = new Set([
  "colortbl",
  "pict",
  "object",
  "listtable",
  "listoverridetable",
  "revtbl",
  "rsidtbl",
  "generator",
  "xmlnstbl",
  "themedata",
  "colorschememapping",
  "datastore",
  "latentstyles",
  "header",
  "headerl",
  "headerr",
  "headerf",
  "footer",
  "footerl",
  "footerr",
  "footerf",
  "annotation",
  "atnid",
  "atnauthor",
  "atrfstart",
  "atrfend",
  "fldinst",
  "filetbl",
  "operator",
  "author",
  "subject",
  "keywords",
  "comment",
  "company",
  "category",
  "manager",
  "doccomm",
  "hlinkbase",
  "creatim",
  "revtim",
  "printim",
  "buptim",
  "userprops",
  "mmathPr",
  "nonshppict",
  "pgdsctbl",
  "wgrffmtfilter",
  "bkmkstart",
  "bkmkend",
  "xe",
  "tc",
  "listtext",
  "pntext",
  "pn",
  // A shape's properties, and the same shape for older programs.
  "sp",
  "shprslt",
]);

/** Groups with text of the document, though programs that do not know them are to leave them out. */
export const starredText = new Set(["shppict", "shpinst", "shptxt", "do"]);

/** Words about the paragraph, which a label before it has of its own. */
export const paragraphWords = new Set(["pard", "intbl", "s", "outlinelevel"]);

/** The level of a heading by its style's name, which programs write in English in any language. */
export function headingLevel(styleName: string): number | undefined {
  const name = styleName.trim().replace(/;$/u, "").trim();
  if (/^title$/iu.test(name)) return 1;
  const level = /^heading (\d)$/iu.exec(name)?.[1];
  return level === undefined ? undefined : Number(level);
}

/** Code pages by a font's character set (RTF 1.9, "Font Table"). */
export const charsets: Readonly<Record<number, string>> = {
  0: "windows-1252",
  77: "macintosh",
  128: "shift_jis",
  129: "euc-kr",
  134: "gb18030",
  136: "big5",
  161: "windows-1253",
  162: "windows-1254",
  163: "windows-1258",
  177: "windows-1255",
  178: "windows-1256",
  186: "windows-1257",
  204: "windows-1251",
  222: "windows-874",
  238: "windows-1250",
};

/** Encodings by the number of a code page. */
export function codePage(number: number): string {
  const known: Readonly<Record<number, string>> = {
    932: "shift_jis",
    936: "gb18030",
    949: "euc-kr",
    950: "big5",
    874: "windows-874",
    10000: "macintosh",
    65001: "utf-8",
  };
  return known[number] ?? (number >= 1250 && number <= 1258 ? `windows-${number}` : "windows-1252");
}
