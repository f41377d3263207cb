import Papa from "papaparse";
import { hold } from "../bounds.ts";
import { oneLine } from "../document/inline.ts";
import { escapePipes } from "../document/table.ts";
import { EmptyDocumentError } from "../errors.ts";
import type { Mark, ReadContext, Reading, Source } from "../extraction.ts";
import { decodeText } from "../text/decode.ts";

export function readCsv(source: Source, context: ReadContext): Reading {
  return readTable(source, context, "");
}

export function readTsv(source: Source, context: ReadContext): Reading {
  return readTable(source, context, "\t");
}

/** One table; the first row with content is its header, and each row after it is a record. */
function readTable({ bytes, charset }: Source, context: ReadContext, delimiter: string): Reading {
  const decoded = decodeText(bytes, charset);
  // Excel's own way to name the delimiter, which is no row.
  const [named = "", sign] = /^"?sep=([,;|\t])"?\n/u.exec(decoded) ?? [];
  const text = decoded.slice(named.length);
  const rows = rowsOf(text, delimiter || (sign ?? delimiterOf(text)), context);
  const width = widthOf(rows);
  if (width === 0)
    throw new EmptyDocumentError("The table has no cells. Send one that has content.");
  const parts: string[] = [];
  const marks: Mark[] = [];
  let offset = 0;
  for (const [index, row] of rows.entries()) {
    const length = Math.max(width, row.length);
    const line = `|${Array.from({ length }, (_, column) => ` ${row[column] ?? ""} |`).join("")}\n`;
    if (index > 0) marks.push({ offset, record: index });
    parts.push(line);
    offset += line.length;
    if (index === 0) {
      const rule = `|${" - |".repeat(length)}\n`;
      parts.push(rule);
      offset += rule.length;
    }
    hold(offset, context.bounds.maxOutputChars, "characters of text");
  }
  return { markdown: parts.join(""), marks };
}

/**
 * How wide every row becomes at least: as wide as the longest, but not where one stray row would
 * fill the table with blanks.
 */
function widthOf(rows: readonly (readonly string[])[]): number {
  const lengths = rows.map((row) => row.length);
  const cells = lengths.reduce((sum, length) => sum + length, 0);
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  if (longest * rows.length <= 2 * cells) return longest;
  return Math.max(lengths[0] ?? 0, commonest(lengths));
}

/** The rows that have content, each up to its last cell that has some. */
function rowsOf(text: string, delimiter: string, { bounds }: ReadContext): string[][] {
  const rows: string[][] = [];
  let cells = 0;
  Papa.parse<string[]>(text, {
    delimiter,
    // Papa's other way, a whole array, takes twice the memory.
    step: ({ data }) => {
      const length = data.findLastIndex((value) => value.trim() !== "") + 1;
      if (length === 0) return;
      hold(length, bounds.maxColumns, "columns in a table");
      cells += length;
      hold(cells, bounds.maxCells, "cells");
      rows.push(data.slice(0, length).map((value) => escapePipes(oneLine(value))));
    },
  });
  return rows;
}

/**
 * The delimiter that splits the first rows most evenly. Papa's own guess
 * takes rows of different lengths for a reason to prefer another.
 */
function delimiterOf(text: string): string {
  const head = text.slice(0, 65_536);
  const scores = [",", ";", "\t", "|"].map((delimiter) => {
    const { data } = Papa.parse<string[]>(head, { delimiter, preview: 50, skipEmptyLines: true });
    const widths = data.map((row) => row.length);
    const most =
      widths.filter((width) => width === commonest(widths)).length / (widths.length || 1);
    return { delimiter, score: commonest(widths) > 1 ? most * Math.log(commonest(widths) + 1) : 0 };
  });
  return scores.reduce((best, one) => (one.score > best.score ? one : best)).delimiter;
}

function commonest(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best), [0, 0])[0];
}
