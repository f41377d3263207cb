import { all, attribute, children, find, numberOf, textOf } from "../../archive/walk.ts";
import type { Element } from "../../archive/xml.ts";
import { type Block, cell, paragraph, type Row } from "../../document/blocks.ts";

/** What a chart shows: its title, its kind, and its numbers as a table. */
export function chartBlocks(root: Element | undefined): readonly Block[] {
  const chart = find(root, "chart");
  const plot = find(chart, "plotArea");
  const title = [...all(find(chart, "title"), "t")].map(textOf).join("").trim();
  const kinds = children(plot).filter(({ name }) => name.endsWith("Chart"));
  const series = kinds.flatMap((kind) => children(kind, "ser"));
  const [first] = series;
  if (first === undefined) return [];
  const blocks: Block[] = [];
  if (title !== "") blocks.push(paragraph(title));
  blocks.push(paragraph(kindOf(kinds[0]?.name ?? "")));
  const names = series.map((one) => textOf([...all(find(one, "tx"), "v")][0]));
  const categories = valuesOf(find(first, "cat") ?? find(first, "xVal"));
  const columns = series.map((one) => valuesOf(find(one, "val") ?? find(one, "yVal")));
  const height = Math.max(categories.length, ...columns.map((column) => column.length));
  const rows: Row[] = [[cell(""), ...names.map(cell)]];
  for (let row = 0; row < height; row += 1) {
    rows.push([cell(categories[row] ?? ""), ...columns.map((column) => cell(column[row] ?? ""))]);
  }
  blocks.push({ kind: "table", rows });
  return blocks;
}

/** `barChart` is "Bar chart"; `pie3DChart` is "Pie chart". */
function kindOf(name: string): string {
  const bare = name.replace(/(?:3D)?Chart$/u, "");
  return `${bare.charAt(0).toUpperCase()}${bare.slice(1)} chart`;
}

/** Values as they were when the document was saved. */
function valuesOf(data: Element | undefined): readonly string[] {
  const values: string[] = [];
  // Categories of several levels have one cache a level; the first is the finest.
  const cache = [...all(data, "lvl")][0] ?? data;
  for (const point of all(cache, "pt")) {
    const index = numberOf(attribute(point, "idx"), values.length);
    if (index >= 0 && index < 10_000) values[index] = textOf(find(point, "v")).trim();
  }
  return Array.from(values, (value: string | undefined) => value ?? "");
}
