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
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  if (width === 0)
    throw new EmptyDocumentError("The table has no cells. Send one that has content.");
  hold(rows.length * width, context.bounds.maxCells, "cells");
  const parts: string[] = [];
  const marks: Mark[] = [];
  let offset = 0;
  for (const [index, row] of rows.entries()) {
    const line = `|${Array.from({ length: width }, (_, column) => ` ${row[column] ?? ""} |`).join("")}\n`;
    if (index > 0) marks.push({ offset, record: index });
    parts.push(line);
    offset += line.length;
    if (index === 0) {
      const rule = `|${" - |".repeat(width)}\n`;
      parts.push(rule);
      offset += rule.length;
    }
    hold(offset, context.bounds.maxOutputChars, "characters of text");
  }
  return { markdown: parts.join(""), marks };
}

function rowsOf(text: string, delimiter: string, { bounds }: ReadContext): string[][] {
  const rows: string[][] = [];
  let cells = 0;
  Papa.parse<string[]>(text, {
    delimiter,
    // Papa's other way, a whole array, takes twice the memory.
    step: ({ data }) => {
      hold(data.length, bounds.maxColumns, "columns in a table");
      const row = data.map((value) => escapePipes(oneLine(value)));
      const length = row.findLastIndex((value) => value !== "") + 1;
      if (length === 0) return;
      cells += length;
      hold(cells, bounds.maxCells, "cells");
      rows.push(row.slice(0, Math.max(length, row.length)));
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
