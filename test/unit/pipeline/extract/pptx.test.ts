import { expect, test } from "vitest";
import { pptx, shape } from "./making/office.ts";
import { markdownOf, read } from "./making/read.ts";

test("a presentation has its titles as headings and marks its slides", async () => {
  const file = await pptx([
    shape(undefined, ["A box"]) + shape("title", ["Results"]),
    shape("title", ["Next"]),
  ]);
  const { markdown, marks, pageCount } = await read(file);
  expect(markdown).toBe("# Results\n\nA box\n\n# Next\n");
  expect(marks).toEqual([
    { offset: 0, slide: 1 },
    { offset: markdown.indexOf("# Next"), slide: 2 },
  ]);
  expect(pageCount).toBe(2);
});

test("a presentation loses hidden slides and shapes, and the numbers and dates of slides", async () => {
  const file = await pptx(
    [
      shape("title", ["Seen"]) +
        shape("sldNum", ["17"]) +
        shape("ftr", ["Confidential"]) +
        shape(undefined, ["hidden shape"], 'hidden="1"'),
      shape("title", ["hidden slide"]),
    ],
    ["", 'show="0"'],
  );
  expect(await markdownOf(file)).toBe("# Seen\n");
});

test("a presentation has lists by their bullets and levels", async () => {
  const bullet = (text: string, level: number, kind = '<a:buChar char="•"/>') =>
    `<a:p><a:pPr lvl="${level}">${kind}</a:pPr><a:r><a:t>${text}</a:t></a:r></a:p>`;
  const numbered = '<a:buAutoNum type="arabicPeriod"/>';
  const file = await pptx([
    shape("body", [
      bullet("one", 0),
      bullet("below", 1),
      bullet("plain", 0, "<a:buNone/>"),
      bullet("first", 0, numbered),
      bullet("second", 0, numbered),
    ]),
  ]);
  expect(await markdownOf(file)).toBe("- one\n  - below\n\nplain\n\n1. first\n2. second\n");
});

test("a presentation has its tables, with merged cells throughout", async () => {
  const cell = (text: string, attributes = "") =>
    `<a:tc ${attributes}><a:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></a:txBody></a:tc>`;
  const rows = `<a:tr>${cell("Both", 'gridSpan="2"')}${cell("", 'hMerge="1"')}</a:tr><a:tr>${cell("a")}${cell("b")}</a:tr>`;
  const frame = `<p:graphicFrame><a:graphic><a:graphicData><a:tbl>${rows}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>`;
  expect(await markdownOf(await pptx([frame]))).toBe("| Both | Both |\n| - | - |\n| a | b |\n");
});

test("a presentation has the signs that fonts of symbols draw", async () => {
  const run = (text: string, font = "") => `<a:r><a:rPr>${font}</a:rPr><a:t>${text}</a:t></a:r>`;
  const words = [
    run("10 "),
    run("m", '<a:latin typeface="Symbol"/>'),
    run("g of "),
    run("\uf062-a", '<a:sym typeface="Symbol"/>'),
  ];
  const file = await pptx([shape("body", [`<a:p>${words.join("")}</a:p>`])]);
  expect(await markdownOf(file)).toBe("10 μg of β-a\n");
});
