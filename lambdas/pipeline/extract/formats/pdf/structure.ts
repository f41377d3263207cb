import type { ParsedPage } from "@llamaindex/liteparse";
import { type Item, itemsOf, rowsOf } from "./items.ts";
import { listOf } from "./lists.ts";
import { tableOf } from "./tables.ts";

/** A heading is larger than the text around it by this much. */
const minGrowth = 1.08;
const maxLength = 120;
/** `2.1 Results`, `IV. Results`, `A. Results`: how sections are numbered. */
const numbered = /^(?:\d{1,2}(?:\.\d{1,2}){0,4}\.?|[IVX]{1,5}\.|[A-Z]\.)\s+(?=[\p{Lu}\p{Lo}])/u;

/**
 * The height of most letters, in points; undefined for pages without text. A font's own size is no
 * measure: many programs use size 1 and scale it.
 */
export function bodySizeOf(pages: readonly ParsedPage[]): number | undefined {
  const letters = new Map<number, number>();
  for (const { text, height } of pages.flatMap((page) => page.textItems)) {
    const size = Math.round(height * 2) / 2;
    if (size > 0) letters.set(size, (letters.get(size) ?? 0) + text.length);
  }
  return [...letters].sort(([, a], [, b]) => b - a)[0]?.[0];
}

/**
 * Corrects what layout alone gets wrong: numbered headings taken for items of a list, headings and
 * lists below each other taken for one heading, and small tables without rules taken for text.
 */
export function withStructure(
  markdown: string,
  page: ParsedPage,
  bodySize: number | undefined,
): string {
  if (bodySize === undefined) return markdown;
  const blocks = markdown.split("\n\n").map((block): string[] => {
    if (block.includes("\n")) return [block];
    const [, marks, title = ""] = /^(#{1,6}) (.+)$/u.exec(block) ?? [];
    if (marks !== undefined) return split(marks, title, page);
    const bold = /^\*\*([^*]+)\*\*$/u.exec(block)?.[1];
    if (bold !== undefined) return [promoted(bold, page, bodySize) ?? block];
    return [listOf(block, page) ?? tableOf(block, page) ?? block];
  });
  return withHeaders(blocks.flat(), page).join("\n\n");
}

/** A table's header is often in bold, and so was taken for a heading above the table. */
function withHeaders(blocks: readonly string[], page: ParsedPage): string[] {
  const written: string[] = [];
  for (const block of blocks) {
    const above = /^#{1,6} (.+)$/u.exec(written.at(-1) ?? "")?.[1];
    const table = above === undefined ? undefined : tableOf(block, page, above);
    if (table === undefined) written.push(block);
    else written[written.length - 1] = table;
  }
  return written;
}

function promoted(bold: string, page: ParsedPage, bodySize: number): string | undefined {
  if (bold.length > maxLength || /[.:;,]$/u.test(bold)) return undefined;
  const size = itemsOf(bold, page)?.[0]?.height ?? 0;
  const number = numbered.exec(bold)?.[0];
  const isLarge = size >= bodySize * minGrowth;
  if (!isLarge && (number === undefined || size < bodySize)) return undefined;
  const depth = number?.match(/\d+/gu)?.length ?? 1;
  return `${"#".repeat(Math.min(6, depth + 1))} ${bold}`;
}

/** Lines of one heading stand closer than this, in heights of a line. */
const maxLeading = 1.25;
/** How far beginnings or middles of a heading's lines lie apart, in points. */
const maxShift = 4;

/** A list's items follow in the same line. */
const bullet = /\s+[•●▪◦‣]\s+/u;

function split(marks: string, text: string, page: ParsedPage): string[] {
  const [title = "", ...items] = text.split(bullet);
  if (items.length > 0) return [`${marks} ${title}`, items.map((item) => `- ${item}`).join("\n")];
  const parts: string[][] = [];
  const rows = rowsOf(itemsOf(text, page) ?? []);
  for (const [index, row] of rows.entries()) {
    const above = rows[index - 1];
    if (above === undefined || !belongs(row, above)) parts.push([]);
    parts.at(-1)?.push(...row.map((item) => item.text.trim()));
  }
  if (parts.length < 2) return [`${marks} ${text}`];
  return parts.map((part) => `${marks} ${part.join(" ")}`);
}

/** Whether a row goes on with the heading in the row above it. */
function belongs(row: readonly Item[], rowAbove: readonly Item[]): boolean {
  const [item, above] = [row[0], rowAbove[0]];
  if (item === undefined || above === undefined) return false;
  const distance = item.y - above.y;
  const isAligned =
    Math.abs(item.x - above.x) < maxShift ||
    Math.abs(middleOf(row) - middleOf(rowAbove)) < maxShift;
  const isClose = distance <= above.height * maxLeading;
  return Math.abs(item.height - above.height) < 1 && isAligned
    ? distance <= above.height * 2
    : isClose && isAligned;
}

function middleOf(row: readonly Item[]): number {
  const last = row.at(-1);
  return ((row[0]?.x ?? 0) + (last === undefined ? 0 : last.x + last.width)) / 2;
}
