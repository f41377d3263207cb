import { format, isDateFormat } from "numfmt";
import { unescaped } from "./text.ts";
import type { Workbook } from "./workbook.ts";

export interface RawCell {
  /** As the sheet marks it: shared string, inline string, boolean, error, or a number. */
  readonly type: string;
  readonly style: number;
  readonly value: string;
}

/** What a cell shows: 0.475 in a percentage's format is 47.5%. */
export function shownValue({ type, style, value }: RawCell, workbook: Workbook): string {
  switch (type) {
    case "s":
      return workbook.strings[Number(value)] ?? "";
    case "b":
      return value === "1" ? "TRUE" : "FALSE";
    case "str":
    case "inlineStr":
      return unescaped(value);
    case "e":
    case "d":
      return value;
    default:
      return number(value, workbook.formats[style] ?? "General", workbook.is1904);
  }
}

function number(value: string, pattern: string, is1904: boolean): string {
  if (value.trim() === "") return "";
  const parsed = Number(value);
  if (!Number.isFinite(parsed)) return value;
  if (pattern === "General" || pattern === "@") return general(parsed);
  try {
    // A date is a count of days, which begins 1,462 days later for some.
    const days = is1904 && isDateFormat(pattern) ? parsed + 1_462 : parsed;
    return format(pattern, days, { throws: true, fillChar: "", skipChar: "" }).trim();
  } catch {
    return general(parsed);
  }
}

/** Fifteen digits are all that a spreadsheet calculates with: 0.1 + 0.2 shows as 0.3. */
function general(value: number): string {
  return String(Number(value.toPrecision(15)));
}
