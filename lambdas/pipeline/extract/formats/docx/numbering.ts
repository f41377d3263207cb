import { attribute, children, find, numberOf } from "../../archive/walk.ts";
import type { Element } from "../../archive/xml.ts";

export interface Label {
  readonly level: number;
  /** As the document shows it: `3.`, `2.1`, `a)`; nothing for a bullet. */
  readonly text?: string;
  /** When the label is a plain number, as Markdown has them. */
  readonly number?: number;
}

interface Level {
  readonly format: string;
  readonly text: string;
  readonly start: number;
}

interface List {
  /** Lists of one abstract numbering go on counting where the other stopped. */
  readonly counters: (number | undefined)[];
  readonly levels: readonly Level[];
}

/** Counts the numbered paragraphs of a document in their order. */
export class Numbering {
  readonly #lists = new Map<string, List>();

  constructor(root: Element | undefined) {
    const abstract = new Map(
      children(root, "abstractNum").map((element) => [
        attribute(element, "abstractNumId"),
        element,
      ]),
    );
    /** Lists that a style describes, for those that only name the style. */
    const styled = new Map(
      Array.from(abstract, ([id, element]) => [attribute(find(element, "styleLink"), "val"), id]),
    );
    const counters = new Map<string, (number | undefined)[]>();
    for (const number of children(root, "num")) {
      const named = attribute(find(number, "abstractNumId"), "val") ?? "";
      const link = attribute(find(abstract.get(named), "numStyleLink"), "val");
      const id = (link === undefined ? undefined : styled.get(link)) ?? named;
      const overrides = children(number, "lvlOverride");
      const shared = counters.get(id) ?? [];
      counters.set(id, shared);
      const hasStart = overrides.some((override) => find(override, "startOverride") !== undefined);
      this.#lists.set(attribute(number, "numId") ?? "", {
        counters: hasStart ? [] : shared,
        levels: levelsOf(abstract.get(id), overrides),
      });
    }
  }

  /** The label of the next paragraph of a list; nothing when the list does not exist. */
  next(id: string, level: number): Label | undefined {
    const list = this.#lists.get(id);
    const own = list?.levels[level];
    if (list === undefined || own === undefined) return undefined;
    list.counters[level] = (list.counters[level] ?? own.start - 1) + 1;
    list.counters.length = level + 1;
    if (own.format === "bullet" || own.format === "none" || own.text === "") return { level };
    const text = own.text.replaceAll(/%(\d)/gu, (_, digit: string) => {
      const index = Number(digit) - 1;
      const of = list.levels[index];
      return formatted(list.counters[index] ?? of?.start ?? 1, of?.format ?? "decimal");
    });
    const isPlain = own.format === "decimal" && /^%\d[.)]?$/u.test(own.text.trim());
    const number = list.counters[level] ?? 1;
    return isPlain ? { level, text, number } : { level, text };
  }
}

function levelsOf(abstract: Element | undefined, overrides: readonly Element[]): Level[] {
  const levels: Level[] = [];
  const take = (element: Element | undefined, start?: string) => {
    const index = numberOf(attribute(element, "ilvl"), 0);
    if (index < 0 || index > 8) return;
    const given = start ?? attribute(find(element, "start"), "val");
    levels[index] = {
      format: attribute(find(element, "numFmt"), "val") ?? levels[index]?.format ?? "decimal",
      text: attribute(find(element, "lvlText"), "val") ?? levels[index]?.text ?? "",
      start: numberOf(given, levels[index]?.start ?? 1),
    };
  };
  for (const level of children(abstract, "lvl")) take(level);
  for (const override of overrides) {
    take(find(override, "lvl"));
    const start = attribute(find(override, "startOverride"), "val");
    if (start !== undefined) take({ ...override, children: [] }, start);
  }
  return levels;
}

export function formatted(value: number, format: string): string {
  switch (format) {
    case "lowerLetter":
      return letters(value).toLowerCase();
    case "upperLetter":
      return letters(value);
    case "lowerRoman":
      return roman(value).toLowerCase();
    case "upperRoman":
      return roman(value);
    case "decimalZero":
      return String(value).padStart(2, "0");
    default:
      return String(value);
  }
}

/** After Z come AA, BB, and so on. */
function letters(value: number): string {
  const letter = String.fromCharCode(65 + ((value - 1) % 26));
  return letter.repeat(Math.min(8, Math.floor((value - 1) / 26) + 1));
}

const numerals = [
  [1000, "M"],
  [900, "CM"],
  [500, "D"],
  [400, "CD"],
  [100, "C"],
  [90, "XC"],
  [50, "L"],
  [40, "XL"],
  [10, "X"],
  [9, "IX"],
  [5, "V"],
  [4, "IV"],
  [1, "I"],
] as const;

function roman(value: number): string {
  let rest = Math.min(value, 3999);
  let result = "";
  for (const [size, numeral] of numerals) {
    while (rest >= size) {
      result += numeral;
      rest -= size;
    }
  }
  return result;
}
