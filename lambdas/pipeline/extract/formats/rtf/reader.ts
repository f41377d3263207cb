import { type Bounds, hold } from "../../bounds.ts";
import { type SymbolFont, shownInFont, symbolFontOf } from "../../document/symbols.ts";
import { DamagedDocumentError } from "../../errors.ts";
import { addressOf } from "../field-address.ts";
import { RtfBuilder } from "./builder.ts";
import {
  charsets,
  codePage,
  type GroupState,
  headingLevel,
  initialGroup,
  initialParagraph,
  leftOut,
  paragraphWords,
  starredText,
} from "./state.ts";
import { type Token, tokensOf } from "./tokens.ts";

type Word = Extract<Token, { kind: "word" }>;

const signs: Readonly<Record<string, string>> = {
  tab: "\t",
  emdash: "—",
  endash: "–",
  emspace: " ",
  enspace: " ",
  qmspace: " ",
  lquote: "‘",
  rquote: "’",
  ldblquote: "“",
  rdblquote: "”",
  bullet: "•",
  "~": "\u00a0",
  _: "-",
  "{": "{",
  "}": "}",
  "\\": "\\",
};

/** Follows the control words of a file and fills a builder. */
export class RtfReader {
  readonly builder: RtfBuilder;
  readonly #bounds: Bounds;
  readonly #stack: GroupState[] = [];
  readonly #fonts = new Map<number, string>();
  readonly #symbolFonts = new Map<number, SymbolFont>();
  #group: GroupState = structuredClone(initialGroup);
  #bytes: number[] = [];
  #toSkip = 0;
  #font = 0;
  #isStarred = false;
  #isGroupStart = false;
  /** Levels of headings by the numbers of their styles. */
  readonly #headings = new Map<number, number>();
  /** The style whose description is read. */
  #style = { number: 0, name: "" };
  /** The label of a list item, which stands in a group before its text. */
  #label: { depth: number; text: string } | undefined;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
    this.builder = new RtfBuilder(bounds);
  }

  /** @throws DamagedDocumentError when groups are left open. */
  read(source: string): void {
    for (const token of tokensOf(source)) {
      if (token.kind !== "byte") this.#flush();
      if (token.kind === "open") this.#open();
      else if (token.kind === "close") {
        if (this.#stack.length === 0) return;
        this.#close();
      } else if (token.kind === "word") this.#word(token);
      else this.#byte(token.value);
      this.#isGroupStart =
        token.kind === "open" ||
        (this.#isGroupStart && token.kind === "word" && token.name === "*");
    }
    this.#flush();
    if (this.#stack.length > 0) {
      throw new DamagedDocumentError(
        "The document is cut off: groups of it are not closed. Send the whole file.",
      );
    }
  }

  #open(): void {
    hold(this.#stack.length + 1, this.#bounds.maxNesting * 4, "groups within each other");
    this.#stack.push(this.#group);
    this.#group = { ...this.#group, style: { ...this.#group.style } };
    this.#isStarred = false;
  }

  #close(): void {
    const ended = this.#group;
    this.#group = this.#stack.pop() ?? structuredClone(initialGroup);
    if (ended.target === "styles") this.#endStyle();
    if (ended.field !== undefined && ended.field !== this.#group.field) {
      const url = addressOf(ended.field.instruction);
      if (url !== undefined) this.builder.link(url, ended.field.start);
    }
    if (ended.box !== this.#group.box) this.builder.endBox();
    const isWithinNote = this.#group.target === "note" || this.#group.unicode === "note";
    if (ended.target === "note" && !isWithinNote) this.builder.endNote();
    if (this.#label !== undefined && this.#stack.length < this.#label.depth) {
      const level = this.builder.paragraph.list?.level ?? 0;
      this.builder.paragraph.list = { level, label: this.#label.text };
      this.#label = undefined;
    }
  }

  #endStyle(): void {
    const level = headingLevel(this.#style.name);
    if (level !== undefined) this.#headings.set(this.#style.number, level);
    this.#style = { number: 0, name: "" };
  }

  #byte(value: number): void {
    if (this.#toSkip > 0) this.#toSkip -= 1;
    else this.#bytes.push(value);
  }

  /** Bytes of one code page are decoded together: a letter may take two. */
  #flush(): void {
    if (this.#bytes.length === 0) return;
    const bytes = Uint8Array.from(this.#bytes);
    this.#bytes = [];
    const { symbols, charset } = this.#group;
    this.#text(
      symbols === undefined
        ? new TextDecoder(charset).decode(bytes)
        : shownInFont(Buffer.from(bytes).toString("latin1"), symbols),
    );
  }

  #text(value: string): void {
    if (this.#label !== undefined) {
      this.#label.text += value;
      return;
    }
    if (this.#group.isHidden) return;
    if (this.#group.target === "fonts") this.#nameFont(value);
    else if (this.#group.target === "styles") this.#style.name += value;
    else if (this.#group.target === "title") this.builder.title += value;
    else if (this.#group.target === "field") {
      if (this.#group.field !== undefined) this.#group.field.instruction += value;
    } else if (this.#group.target === "body" || this.#group.target === "note") {
      this.builder.add(value, this.#group.style);
    }
  }

  #word({ name, value }: Word): void {
    if (name === "*") {
      this.#isStarred = true;
      return;
    }
    if (this.#isGroupStart && this.#destination(name)) return;
    this.#isStarred = false;
    if (this.#label !== undefined && paragraphWords.has(name)) return;
    const isOn = value !== 0;
    const { builder } = this;
    switch (name) {
      case "par":
      case "sect":
      case "\n":
      case "\r":
        if (this.#isShown()) builder.endParagraph();
        return;
      case "line":
      case "page":
      case "column":
        if (this.#isShown()) builder.break();
        return;
      case "cell":
      case "nestcell":
        if (this.#isShown()) builder.endCell();
        return;
      case "row":
        if (this.#isShown()) builder.endRow();
        return;
      case "trowd":
        if (this.#isShown()) builder.merges.begin();
        return;
      case "clmgf":
      case "clmrg":
      case "clvmgf":
      case "clvmrg":
        if (this.#isShown()) builder.merges.mark(name);
        return;
      case "cellx":
        if (this.#isShown()) builder.merges.endCell();
        return;
      case "pard":
        if (this.#isShown()) builder.paragraph = { ...initialParagraph };
        return;
      case "intbl":
        if (this.#isShown()) builder.paragraph.isInTable = true;
        return;
      case "s":
        if (this.#group.target === "styles") this.#style.number = value ?? 0;
        else if (this.#isShown()) builder.paragraph.heading = this.#headings.get(value ?? 0);
        return;
      case "outlinelevel":
        if (this.#isShown() && value !== undefined && value >= 0 && value < 9)
          builder.paragraph.heading = value + 1;
        return;
      case "ilvl":
        builder.paragraph.list = { level: value ?? 0, label: builder.paragraph.list?.label ?? "" };
        return;
      case "plain":
        this.#group.style = {};
        this.#group.isHidden = false;
        this.#group.symbols = undefined;
        return;
      case "b":
        this.#group.style.bold = isOn;
        return;
      case "i":
        this.#group.style.italic = isOn;
        return;
      case "strike":
        this.#group.style.strike = isOn;
        return;
      case "super":
      case "nosupersub":
        this.#group.style.raised = isOn && name === "super";
        return;
      case "v":
      case "deleted":
        this.#group.isHidden = isOn;
        return;
      case "u":
        this.#unicode(value ?? 0);
        return;
      case "uc":
        this.#group.skipped = Math.max(0, value ?? 1);
        return;
      case "ansicpg":
        this.#group.charset = codePage(value ?? 1252);
        for (const group of this.#stack) group.charset = this.#group.charset;
        return;
      case "f":
        this.#useFont(value ?? 0);
        return;
      case "fcharset":
        if (this.#group.target === "fonts")
          this.#fonts.set(this.#font, charsets[value ?? 0] ?? this.#group.charset);
        return;
      default: {
        const sign = signs[name];
        if (sign !== undefined) this.#text(sign);
      }
    }
  }

  /** Whether a group begins that is not the document's text; such groups have a name of their own. */
  #destination(name: string): boolean {
    if (name === "listtext" || name === "pntext") {
      this.#label = { depth: this.#stack.length, text: "" };
      return true;
    }
    if (name === "fonttbl") this.#group.target = "fonts";
    else if (name === "stylesheet") this.#group.target = "styles";
    else if (name === "title" && this.#group.target === "none") this.#group.target = "title";
    else if (name === "info") this.#group.target = "none";
    else if (name === "footnote" && this.#group.target === "body") {
      this.#group.target = "note";
      this.builder.beginNote();
    } else if ((name === "shptxt" || name === "dptxbxtext") && this.#isShown()) {
      this.#group.box = this.#stack.length;
      this.builder.beginBox();
    } else if (name === "upr") {
      // The same text twice: for programs without Unicode, and in it.
      this.#group.unicode = this.#group.target;
      this.#group.target = "none";
    } else if (name === "ud") {
      this.#group.target = this.#group.unicode ?? "none";
      this.#group.unicode = undefined;
    } else if (name === "field") {
      this.#group.field = { instruction: "", start: this.builder.position() };
    } else if (name === "fldinst" && this.#isShown()) this.#group.target = "field";
    else if (name === "fldrslt" && this.#isShown()) {
      if (this.#group.field !== undefined) this.#group.field.start = this.builder.position();
    } else if (leftOut.has(name) || (this.#isStarred && !starredText.has(name))) {
      this.#group.target = "none";
    } else return false;
    this.#isStarred = false;
    return true;
  }

  #isShown(): boolean {
    return this.#group.target === "body" || this.#group.target === "note";
  }

  #unicode(value: number): void {
    const sign = String.fromCharCode(value < 0 ? value + 65_536 : value);
    const { symbols } = this.#group;
    this.#text(symbols === undefined ? sign : shownInFont(sign, symbols));
    this.#toSkip = this.#group.skipped;
  }

  #useFont(font: number): void {
    this.#font = font;
    if (this.#group.target === "fonts") return;
    this.#group.charset = this.#fonts.get(font) ?? this.#group.charset;
    this.#group.symbols = this.#symbolFonts.get(font);
  }

  /** A name may come in pieces only if it has letters beyond ASCII: no font of symbols has. */
  #nameFont(value: string): void {
    const symbols = symbolFontOf(value.replace(/;$/u, ""));
    if (symbols !== undefined) this.#symbolFonts.set(this.#font, symbols);
  }
}
