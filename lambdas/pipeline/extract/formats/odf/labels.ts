import { type Block, paragraph, text } from "../../document/blocks.ts";
import { formatted } from "../docx/numbering.ts";
import type { OdfNumbering } from "./styles.ts";

const formats: Readonly<Record<string, string>> = {
  a: "lowerLetter",
  A: "upperLetter",
  i: "lowerRoman",
  I: "upperRoman",
};

export interface Label {
  readonly value: number;
  /** Of all the levels that the label names, without what stands around it: `2.1`. */
  readonly number: string;
}

/** @param outer labels of the items around it */
export function labelOf(
  value: number,
  numbering: OdfNumbering | undefined,
  outer: readonly string[],
): Label {
  if (numbering === undefined) return { value, number: "" };
  const own = formatted(value, formats[numbering.format] ?? "decimal");
  const above = numbering.levels > 1 ? (outer.at(-1) ?? "") : "";
  return { value, number: above === "" ? own : `${above}.${own}` };
}

/** A label that Markdown cannot count, `2.1` or `a)`, is kept as it is shown. */
export function labelled(
  blocks: readonly Block[],
  { value, number }: Label,
  numbering: OdfNumbering | undefined,
): { number?: number; blocks: readonly Block[] } {
  if (numbering === undefined) return { blocks };
  const { prefix, suffix } = numbering;
  if (
    number === String(value) &&
    value >= 0 &&
    prefix.trim() === "" &&
    /^[.)]?$/u.test(suffix.trim())
  )
    return { number: value, blocks };
  const label = `${prefix}${number}${suffix}`.trim();
  const [first, ...rest] = blocks;
  if (first?.kind !== "paragraph") return { blocks: [paragraph(label), ...blocks] };
  return { blocks: [{ ...first, content: [text(`${label} `), ...first.content] }, ...rest] };
}
