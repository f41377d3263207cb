import { type Bounds, hold } from "../../bounds.ts";
import {
  type Block,
  type Cell,
  type Inline,
  plain,
  type Style,
  text,
} from "../../document/blocks.ts";
import { type ListLine, nestLists } from "../../document/lists.ts";
import { RtfMerges } from "./merges.ts";
import { initialParagraph, type LinePosition, type ParagraphState } from "./state.ts";

/** Puts text together into paragraphs, cells and rows. */
export class RtfBuilder {
  readonly #bounds: Bounds;
  readonly #blocks: (Block | ListLine)[] = [];
  readonly #notes: Block[] = [];
  #line: Inline[] = [];
  #cell: (Block | ListLine)[] = [];
  #row: Cell[] = [];
  #rows: Cell[][] = [];
  #cells = 0;
  /** The line and the cell that wait while a note is read. */
  #waiting: { line: Inline[]; cell: (Block | ListLine)[]; isInTable: boolean } | undefined;
  /** The line and the cell that wait while a text box is read, for each box. */
  readonly #boxes: {
    line: Inline[];
    cell: (Block | ListLine)[];
    paragraph: ParagraphState;
  }[] = [];
  readonly merges = new RtfMerges();
  paragraph: ParagraphState = { ...initialParagraph };
  title = "";

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  add(value: string, style: Style): void {
    this.#line.push(text(value, style));
  }

  break(): void {
    this.#line.push({ kind: "break" });
  }

  position(): LinePosition {
    return { line: this.#line, index: this.#line.length };
  }

  /** Makes a link of the line from a place on; of all of it, if the place is in another line. */
  link(url: string, from: LinePosition): void {
    const content = this.#line.splice(from.line === this.#line ? from.index : 0);
    if (content.length > 0) this.#line.push({ kind: "link", url, content });
  }

  endParagraph(): void {
    const content = this.#line;
    this.#line = [];
    const { heading, list } = this.paragraph;
    if (plain(content).trim() === "" && !content.some(({ kind }) => kind === "note")) return;
    const block: Block | ListLine =
      heading !== undefined
        ? { kind: "heading", level: heading, content }
        : list !== undefined
          ? lineOf(list, content)
          : (typedItem(content) ?? { kind: "paragraph", content });
    this.#place(block);
  }

  endCell(): void {
    this.endParagraph();
    // Cells within a box are paragraphs of it.
    if (this.#boxes.length > 0) return;
    this.#row.push({ blocks: nestLists(this.#cell) });
    this.#cell = [];
    this.#cells += 1;
    hold(this.#cells, this.#bounds.maxCells, "cells");
  }

  endRow(): void {
    if (this.#boxes.length > 0) return;
    if (this.#cell.length > 0) this.endCell();
    if (this.#row.length > 0) this.#rows.push(this.merges.joined(this.#row));
    this.#row = [];
  }

  /** What stands in a text box comes before the paragraph that it is anchored in. */
  beginBox(): void {
    this.#boxes.push({ line: this.#line, cell: this.#cell, paragraph: this.paragraph });
    this.#line = [];
    this.#cell = [];
    this.paragraph = { ...initialParagraph };
  }

  endBox(): void {
    this.endParagraph();
    const box = this.#boxes.pop();
    if (box === undefined) return;
    const blocks = this.#cell;
    this.#line = box.line;
    this.#cell = box.cell;
    this.paragraph = box.paragraph;
    for (const block of blocks) this.#place(block);
  }

  #place(block: Block | ListLine): void {
    if (this.#waiting !== undefined || this.#boxes.length > 0 || this.paragraph.isInTable) {
      this.#cell.push(block);
      return;
    }
    this.#endTable();
    this.#blocks.push(block);
  }

  beginNote(): void {
    if (this.#waiting !== undefined) return;
    this.#line.push({ kind: "note", id: String(this.#notes.length + 1) });
    this.#waiting = { line: this.#line, cell: this.#cell, isInTable: this.paragraph.isInTable };
    this.#line = [];
    this.#cell = [];
  }

  endNote(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    this.endParagraph();
    this.#notes.push({
      kind: "note",
      id: String(this.#notes.length + 1),
      blocks: nestLists(this.#cell),
    });
    this.#line = waiting.line;
    this.#cell = waiting.cell;
    this.paragraph.isInTable = waiting.isInTable;
    this.#waiting = undefined;
  }

  finish(): Block[] {
    this.endNote();
    this.endParagraph();
    this.endRow();
    this.#endTable();
    return [...nestLists(this.#blocks), ...this.#notes];
  }

  #endTable(): void {
    this.endRow();
    if (this.#rows.length > 0) this.#blocks.push({ kind: "table", rows: this.#rows });
    this.#rows = [];
    this.merges.endTable();
  }
}

/** The label that the writing program put before an item tells bullets from numbers. */
function lineOf(
  { level, label }: { level: number; label: string },
  content: readonly Inline[],
): ListLine {
  const number = /^\s*(\d{1,9})[.)]?\s*$/u.exec(label)?.[1];
  const isBullet = !/[\p{L}\p{N}]/u.test(label);
  const shown =
    number === undefined && !isBullet ? [text(`${label.trim()} `), ...content] : content;
  return {
    kind: "line",
    level,
    number: number === undefined ? undefined : Number(number),
    blocks: [{ kind: "paragraph", content: shown }],
  };
}

/** An item whose bullet or number is text before a tab, as programs without lists write it. */
function typedItem(content: readonly Inline[]): ListLine | undefined {
  const match = /^\s*(?:[•·▪◦‣]|(\d{1,3})[.)])\s*\t\s*/u.exec(plain(content));
  if (match === null) return undefined;
  let left = match[0].length;
  const rest = content.map((inline) => {
    if (inline.kind !== "text" || left === 0) return inline;
    const cut = Math.min(left, inline.text.length);
    left -= cut;
    return { ...inline, text: inline.text.slice(cut) };
  });
  const number = match[1] === undefined ? undefined : Number(match[1]);
  return { kind: "line", level: 0, number, blocks: [{ kind: "paragraph", content: rest }] };
}
