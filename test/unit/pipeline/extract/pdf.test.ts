import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  DamagedDocumentError,
  DocumentOverBoundsError,
  EmptyDocumentError,
  NoTextError,
} from "../../../../lambdas/pipeline/extract/errors.ts";
import { repository } from "../../../../ops/paths.ts";
import { line, pdf, scan } from "./making/pdf.ts";
import { read } from "./making/read.ts";

describe("a PDF", () => {
  test("marks where each page's text begins", async () => {
    const pages = Array.from({ length: 45 }, (_, index) =>
      line(`This is passage number ${index + 1} of the text.`),
    );
    const { markdown, marks, pageCount } = await read(pdf(pages));
    expect(pageCount).toBe(45);
    expect(marks.map((mark) => ("page" in mark ? mark.page : 0))).toEqual(
      pages.map((_, index) => index + 1),
    );
    for (const [index, { offset }] of marks.entries()) {
      expect(markdown.slice(offset, marks[index + 1]?.offset)).toContain(`number ${index + 1} of`);
    }
  });

  test("names the pages that are pictures, and not those that are blank", async () => {
    const { unreadablePages } = await read(pdf([line("Some text on this page."), scan, ""]));
    expect(unreadablePages).toEqual([2]);
  });

  test("of pictures alone has no text, and of blank pages alone is empty", async () => {
    await expect(read(pdf([scan, scan]))).rejects.toThrow(NoTextError);
    await expect(read(pdf(["", ""]))).rejects.toThrow(EmptyDocumentError);
  });

  test("with more pages than may be is refused", async () => {
    await expect(
      read(pdf(Array.from({ length: 6 }, () => line("text"))), {}, { maxPages: 5 }),
    ).rejects.toThrow(DocumentOverBoundsError);
  });

  test("loses running heads and page numbers that repeat", async () => {
    const words = ["apple", "brick", "cloud", "dance", "eagle", "flame", "grape", "house"];
    const pages = words.map(
      (word, index) =>
        `${line("Annual Report of the Company", 770, 9)}${line(`The ${word} is the subject of this page.`, 600)}${line(`It says more about the ${word} here.`, 580)}${line(String(index + 1), 20, 9)}`,
    );
    const { markdown } = await read(pdf(pages));
    expect(markdown).toContain("subject of this page");
    expect(markdown.match(/Annual Report/gu)?.length ?? 0).toBeLessThanOrEqual(1);
    expect(markdown).not.toMatch(/^\d$/mu);
  });

  test("has numbered headings, headings below each other, and lists told from headings", async () => {
    const bold = (text: string, y: number, size: number, x = 72) =>
      line(text, y, size).replace("72 ", `${x} `);
    const body = "This is a line of the text that stands under its heading on the page.";
    const { markdown } = await read(
      pdf([
        [
          bold("The Title of All", 740, 20, 220),
          bold("Overview", 700, 20),
          ...[680, 666, 652].map((y) => line(body, y, 10)),
          bold("1 Methods used", 610, 14),
          ...[590, 576, 562].map((y) => line(body, y, 10)),
        ].join(""),
      ]),
    );
    expect(markdown.match(/^#+ .+$/gmu)?.map((heading) => heading.replace(/^#+ /u, ""))).toEqual([
      "The Title of All",
      "Overview",
      "1 Methods used",
    ]);
  });

  test("has a small table without rules as a table, and a numbered list as a list", async () => {
    const cells = (values: readonly string[], y: number) =>
      values.map((value, column) => line(value, y, 10).replace("72 ", `${72 + column * 120} `));
    const text = "A paragraph of plain words goes from one side of the page to the other side.";
    const { markdown } = await read(
      pdf([
        [
          line(text, 740, 10),
          line(text, 726, 10),
          ...cells(["Name", "Town", "Year"], 690),
          ...cells(["Anna", "Rome", "1904"], 676),
          ...cells(["Bert", "Oslo", "1911"], 662),
          line(text, 620, 10),
          line("1. Open the gate", 590, 10),
          line("2. Let the water in", 576, 10),
          line("3. Close the gate", 562, 10),
        ].join(""),
      ]),
    );
    expect(markdown).toMatch(/\| Name \| Town \| Year \|\n\|[ |-]+\n\| Anna \| Rome \| 1904 \|/u);
    expect(markdown).toMatch(/^1\. Open the gate\n2\. Let the water in\n3\. Close the gate$/mu);
  });

  test("has the rows and cells of a table that the file names, also where a cell has several lines", async () => {
    const file = readFileSync(join(repository, "examples/lock-inspection.pdf"));
    const { markdown } = await read(file);
    expect(markdown).toContain(
      [
        "## Repairs",
        "",
        "| Repair | By | Cost in pounds |",
        "| - | - | - |",
        "| Fill the scour below the tail gates | 30 June 2026 | 31,500 |",
        "| New rack for the western ground paddle | 31 July 2026 | 4,100 |",
        "| Graving piece in the northern heel post | winter closure | 12,000 |",
        "| Seal the collars of the tail gates | winter closure | 37,000 |",
        "",
        "The trust's diver, Ingrid Solberg, has confirmed the week of 15 June.",
      ].join("\n"),
    );
  });

  test("is read where its text stands on its side", async () => {
    const sideways = [0, 1, 2, 3]
      .map(
        (row) =>
          `BT /F1 12 Tf 0 1 -1 0 ${200 + row * 14} 100 Tm (Row ${row} of the wide table) Tj ET\n`,
      )
      .join("");
    const { markdown, unreadablePages } = await read(
      pdf([line("An upright page of the text."), sideways]),
    );
    expect(markdown).toMatch(/Row 0 of the wide table[\s\S]*Row 3 of the wide table/u);
    expect(unreadablePages).toEqual([]);
  });

  test("that is cut off before its first page is damaged", async () => {
    await expect(read(pdf([line("text")]).subarray(0, 60), "a.pdf")).rejects.toThrow(
      DamagedDocumentError,
    );
  });

  test("keeps a label that stands on its side, and no watermark", async () => {
    const turned = (matrix: string, text: string) =>
      `BT /F1 12 Tf ${matrix} 300 300 Tm (${text}) Tj ET`;
    const page = [
      line("The figure shows how many people came in each of the years."),
      turned("0 1 -1 0", "Visitors per year"),
      turned("0.7 0.7 -0.7 0.7", "CONFIDENTIAL"),
    ].join("\n");
    expect((await read(pdf([page]))).markdown).toBe(
      "The figure shows how many people came in each of the years.\n\nVisitors per year\n",
    );
  });

  test("has the signs of fonts of symbols, whose codes are for private use", async () => {
    const font =
      "/Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /BaseEncoding /WinAnsiEncoding /Differences [35 /uniF06D 38 /uniF0FC] >>";
    const page = line("It takes a dose of 10 #g of it, as is said & written.");
    expect((await read(pdf([page], { font }))).markdown).toBe(
      "It takes a dose of 10 μg of it, as is said ✓ written.\n",
    );
  });
});
