import type { ParsedPage } from "@llamaindex/liteparse";
import { itemsOf, rowsOf } from "./items.ts";

/** How far the numbers of a list lie apart, in points: those of two digits begin further left. */
const maxShift = 8;

/** A numbered list for a paragraph that is one on the page; undefined if it is none. */
export function listOf(paragraph: string, page: ParsedPage): string | undefined {
  if (!/^\d/u.test(paragraph)) return undefined;
  const rows = rowsOf(itemsOf(paragraph, page) ?? []);
  const left = rows[0]?.[0]?.x ?? 0;
  const items: { readonly number: number; readonly words: string[] }[] = [];
  for (const row of rows) {
    const text = row.map((item) => item.text.trim()).join(" ");
    const shift = (row[0]?.x ?? 0) - left;
    const [, digits, words = ""] = /^(\d{1,3})[.)]?\s+(\S.*)$/u.exec(text) ?? [];
    const number = Number(digits);
    const last = items.at(-1);
    const isNext = digits !== undefined && (last === undefined || number === last.number + 1);
    if (isNext && Math.abs(shift) <= maxShift) items.push({ number, words: [words] });
    else if (last !== undefined && shift > maxShift) last.words.push(text);
    else return undefined;
  }
  if (items.length < 2) return undefined;
  return items.map(({ number, words }) => `${number}. ${words.join(" ")}`).join("\n");
}
