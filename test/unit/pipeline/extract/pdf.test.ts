import { describe, expect, test } from "vitest";
import {
  DamagedDocumentError,
  DocumentOverBoundsError,
  EmptyDocumentError,
  NoTextError,
} from "../../../../lambdas/pipeline/extract/errors.ts";
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

  test("that is cut off before its first page is damaged", async () => {
    await expect(read(pdf([line("text")]).subarray(0, 60), "a.pdf")).rejects.toThrow(
      DamagedDocumentError,
    );
  });
});
