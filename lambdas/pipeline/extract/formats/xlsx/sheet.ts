import type { OfficePackage } from "../../archive/package.ts";
import { XmlReader } from "../../archive/xml.ts";
import { hold } from "../../bounds.ts";
import type { SheetGrid } from "../sheet/grid.ts";
import { shownValue } from "./cell.ts";
import type { Workbook } from "./workbook.ts";

/** Reads the cells of a sheet as they come: those of hidden rows and columns go. */
export async function readSheet(
  office: OfficePackage,
  part: string,
  workbook: Workbook,
  grid: SheetGrid,
): Promise<void> {
  const sheet = new SheetEvents(workbook, grid, office.bounds.maxCells);
  const reader = new XmlReader(sheet, office.bounds);
  for await (const chunk of office.archive.stream(part)) reader.write(chunk);
  reader.end();
}

type Attributes = Readonly<Record<string, string>>;

class SheetEvents {
  readonly #workbook: Workbook;
  readonly #grid: SheetGrid;
  readonly #maxMerges: number;
  readonly #hiddenColumns: { from: number; to: number }[] = [];
  #row = 0;
  #column = 0;
  #isRowHidden = false;
  #cell: { row: number; column: number; type: string; style: number } | undefined;
  #value = "";
  #isValue = false;
  /** How the characters before it are read aloud. */
  #isPhonetic = false;
  #merges = 0;

  constructor(workbook: Workbook, grid: SheetGrid, maxMerges: number) {
    this.#workbook = workbook;
    this.#grid = grid;
    this.#maxMerges = maxMerges;
  }

  open(name: string, attributes: Attributes): void {
    switch (name) {
      case "col":
        if (isYes(attributes["hidden"])) {
          this.#hiddenColumns.push({
            from: Number(attributes["min"]),
            to: Number(attributes["max"]),
          });
        }
        return;
      case "row":
        this.#row = attributes["r"] === undefined ? this.#row + 1 : Number(attributes["r"]);
        this.#column = 0;
        this.#isRowHidden = isYes(attributes["hidden"]);
        return;
      case "c":
        this.#openCell(attributes);
        return;
      case "v":
      case "t":
        this.#isValue = !this.#isPhonetic;
        return;
      case "rPh":
        this.#isPhonetic = true;
        return;
      case "mergeCell":
        this.#merges += 1;
        hold(this.#merges, this.#maxMerges, "merged cells");
        this.#grid.merge(attributes["ref"] ?? "");
    }
  }

  text(piece: string): void {
    if (this.#isValue) this.#value += piece;
  }

  close(name: string): void {
    if (name === "v" || name === "t") this.#isValue = false;
    if (name === "rPh") this.#isPhonetic = false;
    if (name !== "c" || this.#cell === undefined) return;
    const { row, column } = this.#cell;
    const isHidden =
      this.#isRowHidden ||
      this.#hiddenColumns.some(({ from, to }) => column >= from && column <= to);
    if (isHidden) this.#grid.hide(row, column);
    else
      this.#grid.set(
        row,
        column,
        shownValue({ ...this.#cell, value: this.#value }, this.#workbook),
      );
    this.#cell = undefined;
  }

  #openCell(attributes: Attributes): void {
    const reference = attributes["r"];
    const column = reference === undefined ? this.#column + 1 : columnOf(reference);
    this.#column = column;
    this.#value = "";
    this.#cell = {
      row: this.#row,
      column,
      type: attributes["t"] ?? "n",
      style: Number(attributes["s"] ?? 0),
    };
  }
}

function isYes(value: string | undefined): boolean {
  return value === "1" || value === "true";
}

/** The column of a reference such as `AB12`, from 1. */
export function columnOf(reference: string): number {
  let column = 0;
  for (const char of reference) {
    const digit = char.toUpperCase().charCodeAt(0) - 64;
    if (digit < 1 || digit > 26) break;
    column = column * 26 + digit;
  }
  return column;
}
