import { describe, expect, test } from "vitest";
import { DamagedDocumentError } from "../../../../lambdas/pipeline/extract/errors.ts";
import { markdownOf, read } from "./making/read.ts";

const head = String.raw`{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial Cyr;}}`;
const rtf = (body: string) => Buffer.from(`${head}${body}}`, "latin1");

describe("an RTF document", () => {
  test("has styles, paragraphs and headings", async () => {
    const body = String.raw`\pard\outlinelevel0 Top\par\pard Some {\b bold} and {\i slanted} text.\par`;
    expect(await markdownOf(rtf(body))).toBe("# Top\n\nSome **bold** and *slanted* text.\n");
  });

  test("keeps words apart at line, page and column breaks", async () => {
    const body = String.raw`\page one\page two\column three\line four\par\page\pard five\par`;
    expect(await markdownOf(rtf(body))).toBe("one  \ntwo  \nthree  \nfour\n\nfive\n");
  });

  test("has letters of its code pages, and of Unicode without their substitutes", async () => {
    const body = String.raw`caf\'e9 \u8364?5 \f1\'cf\'f0\'e8\f0\par`;
    expect(await markdownOf(rtf(body))).toBe("café €5 При\n");
  });

  test("has the signs that fonts of symbols draw: a dose of 10 μg is none of 10 mg", async () => {
    const fonts = String.raw`{\fonttbl{\f0\fcharset0 Arial;}{\f3\froman\fcharset2 Symbol;}{\f4\fnil\fcharset2 Wingdings;}}`;
    const body = String.raw`{\f4\'fc} 10 {\f3 m}g of {\f3\u-3998 ?}-carotene, {\f3\'a3\plain  5}\par`;
    expect(await markdownOf(rtf(fonts + body))).toBe("✓ 10 μg of β-carotene, ≤ 5\n");
  });

  test("keeps powers apart from the number that they stand at", async () => {
    const body = String.raw`10{\super 6} cells, 10{\super -3}\super  m\nosupersub 2\par`;
    expect(await markdownOf(rtf(body))).toBe("10⁶ cells, 10⁻³ m2\n");
  });

  test("has the text of a shape, and not the names of its properties", async () => {
    const shape = String.raw`{\shp{\*\shpinst{\sp{\sn shapeType}{\sv 202}}{\shptxt\pard In a box\par}}{\shprslt\pard In a box\par}}`;
    expect(await markdownOf(rtf(String.raw`${shape}\pard after\par`))).toBe("In a box\n\nafter\n");
  });

  test("loses hidden and deleted text, running heads, pictures and comments", async () => {
    const body = String.raw`{\header Page head}{\*\annotation note}{\pict 0102}kept{\v  hidden}{\deleted  gone}\par`;
    expect(await markdownOf(rtf(body))).toBe("kept\n");
  });

  test("has tables row by row", async () => {
    const row = (...cells: string[]) =>
      String.raw`\trowd\cellx1000\cellx2000\pard\intbl ${cells.join(String.raw`\cell `)}\cell\row `;
    expect(await markdownOf(rtf(`${row("Name", "Age")}${row("Ann", "7")}\\pard after\\par`))).toBe(
      "| Name | Age |\n| - | - |\n| Ann | 7 |\n\nafter\n",
    );
  });

  test("repeats merged cells in each row and column that they cover", async () => {
    const row = (marks: readonly string[], ...cells: string[]) =>
      String.raw`\trowd${marks.map((mark, index) => String.raw`${mark}\cellx${index + 1}000`).join("")}\pard\intbl ${cells.join(String.raw`\cell `)}\cell\row `;
    const body =
      row([String.raw`\clvmgf`, String.raw`\clmgf`, String.raw`\clmrg`], "Year", "Sales", "") +
      row([String.raw`\clvmrg`, "", ""], "", "Q1", "Q2") +
      row(["", "", ""], "2024", "1", "2");
    expect(await markdownOf(rtf(body))).toBe(
      "| Year | Sales | Sales |\n| - | - | - |\n| Year | Q1 | Q2 |\n| 2024 | 1 | 2 |\n",
    );
    const block =
      row([String.raw`\clvmgf\clmgf`, String.raw`\clvmgf\clmrg`, ""], "All", "", "x") +
      row([String.raw`\clvmrg\clmgf`, String.raw`\clvmrg\clmrg`, ""], "", "", "y");
    expect(await markdownOf(rtf(block))).toBe(
      "| All | All | x |\n| - | - | - |\n| All | All | y |\n",
    );
  });

  test("has the form in Unicode of text that is kept twice", async () => {
    const body = String.raw`{\upr{Gr?ss}{\*\ud{Gr\u252\'fc\u223\'dfe}}} an {\upr{Zo?}{\*\ud{Zo\u235\'eb}}}{\footnote a {\upr{?}{\*\ud{\u233\'e9}}} b\par} end\par`;
    expect(await markdownOf(rtf(body))).toBe("Grüße an Zoë[^1] end\n\n[^1]: a é b\n");
  });

  test("has the text of old and new boxes, apart from the paragraph that they are anchored in", async () => {
    const old = String.raw`{\*\do\dobxpage\dobypage\dptxbx\dptxbxmar60{\dptxbxtext\pard\plain In a box\par}\dpx0\dpy0}`;
    const shape = String.raw`{\shp{\*\shpinst{\sp{\sn shapeType}{\sv 202}}{\shptxt\pard In a shape\par}}{\shprslt${old}}}`;
    expect(await markdownOf(rtf(String.raw`\pard One ${old}${shape}two\par`))).toBe(
      "In a box\n\nIn a shape\n\nOne two\n",
    );
    const table = String.raw`\trowd\cellx1000\cellx2000\pard\intbl a${shape}\cell b\cell\row\pard end\par`;
    expect(await markdownOf(rtf(table))).toBe("| In a shape a | b |\n| - | - |\n\nend\n");
  });

  test("has the labels of its lists as numbers and bullets", async () => {
    const item = (label: string, text: string) =>
      String.raw`{\listtext ${label}\tab}\ilvl0 ${text}\par\pard `;
    expect(
      await markdownOf(rtf(item("1.", "one") + item("2.", "two") + item(String.raw`\'b7`, "dot"))),
    ).toBe("1. one\n2. two\n\n- dot\n");
  });

  test("has items whose bullets and numbers are typed", async () => {
    const body = String.raw`\bullet\tab one\par\bullet\tab two\par 3.\tab three\par`;
    expect(await markdownOf(rtf(body))).toBe("- one\n- two\n\n3. three\n");
  });

  test("keeps footnotes and the title of its properties", async () => {
    const body = String.raw`{\info{\title My title}}Text{\footnote A note\par} goes on\par`;
    const { markdown, title } = await read(rtf(body));
    expect(markdown).toBe("Text[^1] goes on\n\n[^1]: A note\n");
    expect(title).toBe("My title");
  });

  test("keeps the addresses of its links", async () => {
    const field = (instruction: string, shown: string) =>
      String.raw`{\field\fldedit{\*\fldinst{ ${instruction} }}{\fldrslt{\ul ${shown}}}}`;
    const body =
      String.raw`See ${field('HYPERLINK "https://a.org/x"', "one")}, ${field(String.raw`HYPERLINK "https://b.org/" \\l "two"`, "two")}, ` +
      String.raw`${field(String.raw`HYPERLINK \\l "mark"`, "three")} and ${field("PAGE", "4")}.\par`;
    expect(await markdownOf(rtf(body))).toBe(
      "See [one](https://a.org/x), [two](https://b.org/#two), three and 4.\n",
    );
  });

  test("has headings by the names of their styles", async () => {
    const body = String.raw`{\stylesheet{\s0 Normal;}{\s1\b heading 1;}{\s7 Title;}}\pard\s7 Report\par\pard\s1{\b Begin}\par\pard\s0 Text.\par`;
    expect(await markdownOf(rtf(body))).toBe("# Report\n\n# Begin\n\nText.\n");
  });

  test("keeps a list in the cell that it stands in", async () => {
    const body = String.raw`\trowd\pard\intbl a\cell\pard\intbl{\listtext\pard\plain \'b7\tab}\ilvl0 b\cell\row\pard after\par`;
    expect(await markdownOf(rtf(body))).toBe("| a | - b |\n| - | - |\n\nafter\n");
  });

  test("that is cut off is damaged", async () => {
    await expect(read(`${head}some text {\\b bold`)).rejects.toThrow(DamagedDocumentError);
  });
});
