/** Documents that other programs write from one source, held against that source. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { extract } from "../../lambdas/pipeline/extract/extract.ts";
import { score } from "../bench/formats/score.ts";
import { markdown, sentence } from "../support/documents.ts";
import { bundledWorker } from "../unit/pipeline/extract/making/worker.ts";
import {
  chromium,
  convertByLibreOffice,
  convertByPandoc,
  inFolder,
  libreOffice,
  type MadeFile,
  pandoc,
  printByChromium,
} from "./programs.ts";

const table = ["| Vessel | Toll | Year |", "| - | - | - |"].concat(
  Array.from({ length: 12 }, (_, i) => `| Barge ${i + 1} | ${i * 7 + 3} | ${1900 + i} |`),
);
const sections = Array.from({ length: 6 }, (_, i) =>
  [
    `## Chapter ${i + 1}: ${["Weirs", "Gates", "Tolls", "Barges", "Floods", "Herons"][i]}`,
    Array.from({ length: 8 }, (__, j) => sentence(i * 40 + j)).join(" "),
    Array.from(
      { length: 4 },
      (__, j) => `- Point ${j + 1} of ${i + 1}: ${sentence(i * 40 + 20 + j)}`,
    ).join("\n"),
    "Größe, naïveté, “quotes”, 東京, Привет and €12.50 are words as well.",
  ].join("\n\n"),
);
const source = `# The Book of Locks\n\n${sections.join("\n\n")}\n\n## Table of tolls\n\n${table.join("\n")}\n`;
const page = `<!doctype html><html><head><meta charset="utf-8"><title>The Book of Locks</title></head><body>${source
  .split("\n\n")
  .map(htmlOf)
  .join("\n")}</body></html>`;

function htmlOf(block: string): string {
  const heading = /^(#+) (.+)$/u.exec(block.trim());
  if (heading !== null) return `<h${heading[1]?.length}>${heading[2]}</h${heading[1]?.length}>`;
  if (block.startsWith("- ")) {
    return `<ul>${block
      .split("\n")
      .map((line) => `<li>${line.slice(2)}</li>`)
      .join("")}</ul>`;
  }
  if (block.startsWith("| ")) {
    const rows = block
      .trim()
      .split("\n")
      .filter((_, index) => index !== 1);
    const cells = (row: string) =>
      row
        .slice(2, -2)
        .split(" | ")
        .map((cell) => `<td>${cell}</td>`);
    return `<table border="1">${rows.map((row) => `<tr>${cells(row).join("")}</tr>`).join("")}</table>`;
  }
  return `<p>${block}</p>`;
}

async function scoreOf({ name, bytes }: MadeFile, truth = source) {
  const { markdown: found } = await extract(
    bytes,
    { filename: name },
    { worker: await bundledWorker() },
  );
  const figures = { name, ...score(found, truth) };
  console.log(JSON.stringify(figures));
  return figures;
}

const whole = { recall: 0.97, precision: 0.95, headings: 0.9, rows: 0.9 };
type Figures = Awaited<ReturnType<typeof scoreOf>>;

function expectAtLeast(all: readonly Figures[], least: Partial<typeof whole>): void {
  for (const [what, figure] of Object.entries(least)) {
    const below = all.filter((one) => (one[what as keyof typeof whole] ?? 1) < figure);
    expect(below, `${what} below ${figure}`).toEqual([]);
  }
}

/** Files with the source that each is held against. */
type Written = readonly (MadeFile & { readonly truth?: string })[];

async function byPandoc(folder: string): Promise<Written> {
  const file = join(folder, "book.md");
  writeFileSync(file, source);
  return convertByPandoc(file, ["docx", "odt", "rtf", "epub", "html", "pptx"], folder);
}

async function byLibreOffice(folder: string): Promise<Written> {
  const text = join(folder, "book.html");
  writeFileSync(text, page);
  const sheet = join(folder, "tolls.csv");
  const rows = table.filter((_, index) => index !== 1);
  writeFileSync(sheet, rows.map((row) => row.slice(2, -2).replaceAll(" | ", ",")).join("\n"));
  const written = join(folder, "book.odt");
  const [odt] = await convertByLibreOffice([text], "odt", folder, "HTML (StarWriter)");
  if (odt === undefined) throw new Error("LibreOffice wrote no document.");
  writeFileSync(written, odt.bytes);
  const files: (MadeFile & { truth?: string })[] = [odt];
  for (const format of ["docx", "rtf", "pdf"]) {
    files.push(...(await convertByLibreOffice([written], format, folder)));
  }
  for (const format of ["xlsx", "ods"]) {
    const sheets = await convertByLibreOffice([sheet], format, folder);
    files.push(...sheets.map((one) => ({ ...one, truth: table.join("\n") })));
  }
  return files;
}

async function byChromium(folder: string): Promise<Written> {
  const file = join(folder, "book.html");
  writeFileSync(file, page);
  return [await printByChromium(file, folder)];
}

/** The reader of PDF finds the cells of this table, but not that they are one. */
const withoutRows = new Set(["libreoffice book.pdf"]);

/** What is not installed is said in the title, and counted as 0 documents. */
const programs = [
  { program: pandoc, write: byPandoc, written: 6 },
  { program: libreOffice, write: byLibreOffice, written: 6 },
  { program: chromium, write: byChromium, written: 1 },
].map(({ program, write, written }) => {
  const isThere = program.path !== undefined;
  const missing = `: NOT INSTALLED (Debian: ${program.packages})`;
  return {
    name: program.name + (isThere ? "" : missing),
    count: isThere ? written : 0,
    write: isThere ? write : async () => [],
  };
});

test.each(programs)(
  "$count documents of $name have the words, headings and rows of their source",
  async ({ count, write }) => {
    const files = await inFolder<Written>(write);
    expect(files).toHaveLength(count);
    const figures = await Promise.all(files.map((one) => scoreOf(one, one.truth)));
    const texts = figures.filter((_, index) => files[index]?.truth === undefined);
    const { rows, ...words } = whole;
    expectAtLeast(texts, words);
    expectAtLeast(figures, { recall: whole.recall });
    expectAtLeast(
      figures.filter(({ name }) => !withoutRows.has(name)),
      { rows },
    );
  },
  300_000,
);

test("a source of the tests' own is read as it is", async () => {
  const text = markdown({ sections: 3, seed: 1 });
  const figures = await scoreOf({ name: "a.md", bytes: Buffer.from(text) }, text);
  expect(figures).toMatchObject({ recall: 1, precision: 1 });
});
