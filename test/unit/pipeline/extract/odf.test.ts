import { describe, expect, test } from "vitest";
import { EncryptedDocumentError } from "../../../../lambdas/pipeline/extract/errors.ts";
import { openDocument } from "./making/open-document.ts";
import { markdownOf, read } from "./making/read.ts";

const h = (level: number, value: string) =>
  `<text:h text:outline-level="${level}">${value}</text:h>`;
const p = (value: string, style = "") => `<text:p text:style-name="${style}">${value}</text:p>`;
const cell = (value: string, attributes = "") =>
  `<table:table-cell ${attributes}>${value === "" ? "" : p(value)}</table:table-cell>`;
const row = (cells: string, attributes = "") =>
  `<table:table-row ${attributes}>${cells}</table:table-row>`;

describe("an OpenDocument text", () => {
  test("has headings, numbered and nested lists", async () => {
    const styles =
      '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1"/><text:list-level-style-bullet text:level="2"/></text:list-style>';
    const list = `<text:list text:style-name="L"><text:list-item>${p("one")}<text:list><text:list-item>${p("below")}</text:list-item></text:list></text:list-item><text:list-item>${p("two")}</text:list-item></text:list>`;
    const file = await openDocument("text", h(1, "Top") + list, { styles });
    expect(await markdownOf(file)).toBe("# Top\n\n1. one\n   - below\n2. two\n");
  });

  test("has the numbers and letters of its lists as they are shown", async () => {
    const level = (index: number, attributes: string) =>
      `<text:list-level-style-number text:level="${index}" ${attributes}/>`;
    const styles =
      `<text:list-style style:name="L">${level(1, 'style:num-format="1" style:num-suffix="." text:start-value="5"')}${level(2, 'style:num-format="a" style:num-suffix=")"')}</text:list-style>` +
      `<text:list-style style:name="M">${level(1, 'style:num-format="I" style:num-suffix="."')}${level(2, 'style:num-format="1" text:display-levels="2"')}</text:list-style>`;
    const list = (attributes: string, ...items: string[]) =>
      `<text:list ${attributes}>${items.map((one) => `<text:list-item>${one}</text:list-item>`).join("")}</text:list>`;
    const body =
      list('text:style-name="L"', p("five"), p("six") + list("", p("below"), p("next"))) +
      p("between") +
      list('text:style-name="L" text:continue-numbering="true"', p("seven")) +
      list('text:style-name="M"', p("first") + list("", p("part")));
    expect(await markdownOf(await openDocument("text", body, { styles }))).toBe(
      "5. five\n6. six\n   - a) below\n   - b) next\n\nbetween\n\n7. seven\n\n- I. first\n  - I.1 part\n",
    );
  });

  test("keeps powers apart from the number that they stand at", async () => {
    const styles =
      '<style:style style:name="P" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style>';
    const body = p('10<text:span text:style-name="P">6</text:span> cells');
    expect(await markdownOf(await openDocument("text", body, { styles }))).toBe("10⁶ cells\n");
  });

  test("loses tracked deletions, comments, hidden paragraphs and sections", async () => {
    const styles =
      '<style:style style:name="H" style:family="paragraph"><style:text-properties text:display="none"/></style:style>';
    const body =
      `<text:tracked-changes><text:changed-region><text:deletion>${p("deleted")}</text:deletion></text:changed-region></text:tracked-changes>` +
      p(`kept<office:annotation>${p("comment")}</office:annotation>`) +
      p("hidden", "H") +
      `<text:section text:display="none">${p("in a hidden section")}</text:section>`;
    expect(await markdownOf(await openDocument("text", body, { styles }))).toBe("kept\n");
  });

  test("has the signs that fonts of symbols draw", async () => {
    const styles =
      '<style:style style:name="S" style:family="text"><style:text-properties style:font-name="Symbol1"/></style:style>';
    const body = p('10 <text:span text:style-name="S">\uf06d</text:span>g');
    expect(await markdownOf(await openDocument("text", body, { styles }))).toBe("10 μg\n");
  });

  test("keeps footnotes, blanks that are written as elements, and line breaks", async () => {
    const note =
      '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>A note</text:p></text:note-body></text:note>';
    const file = await openDocument("text", p(`a<text:s/>b${note}<text:line-break/>c`));
    expect(await markdownOf(file)).toBe("a b[^1]  \nc\n\n[^1]: A note\n");
  });

  test("with a password is refused by a sentence that says so", async () => {
    const manifest = "<file-entry><encryption-data/></file-entry>";
    const file = await openDocument("text", p("x"), { manifest });
    await expect(read(file)).rejects.toThrow(EncryptedDocumentError);
  });
});

describe("an OpenDocument spreadsheet", () => {
  test("shows what the program showed, and loses what was hidden", async () => {
    const styles =
      '<style:style style:name="gone" style:family="table"><style:table-properties table:display="false"/></style:style>';
    const table =
      '<table:table table:name="Prices"><table:table-column/><table:table-column table:visibility="collapse"/><table:table-column/>' +
      row(cell("Item") + cell("secret") + cell("Share")) +
      row(cell("Tea") + cell("9") + cell("47.5 %", 'office:value="0.475"')) +
      row(cell("hidden") + cell("") + cell(""), 'table:visibility="filter"') +
      row(
        cell("", 'table:number-columns-repeated="16384"'),
        'table:number-rows-repeated="1048000"',
      ) +
      "</table:table>";
    const hidden = `<table:table table:name="No" table:style-name="gone">${row(cell("no"))}</table:table>`;
    const { markdown, marks } = await read(
      await openDocument("spreadsheet", table + hidden, { styles }),
    );
    expect(markdown).toContain("Item");
    expect(markdown).toContain("47.5 %");
    expect(markdown).not.toMatch(/secret|hidden|No/u);
    expect(marks).toEqual([{ offset: 0, sheet: "Prices" }]);
  });

  test("has text boxes and comments behind its cells, as Excel's have", async () => {
    const box = (value: string) =>
      `<draw:frame><draw:text-box>${p(value)}</draw:text-box></draw:frame>`;
    const note = (value: string, who = "") =>
      `<office:annotation>${who}${p(value)}</office:annotation>`;
    const ann = "<dc:creator>Ann</dc:creator><dc:date>2026-01-02T03:04:05</dc:date>";
    const noted = (value: string, more: string) =>
      `<table:table-cell>${more}${p(value)}</table:table-cell>`;
    const table =
      `<table:table table:name="S"><table:shapes>${box("free")}<draw:g><draw:rect>${p("drawn")}</draw:rect></draw:g></table:shapes>` +
      '<table:table-column/><table:table-column table:visibility="collapse"/>' +
      row(noted("a", note("checked", ann)) + noted("b", note("hidden"))) +
      row(noted("c", box("at a cell") + note("plain"))) +
      "</table:table>";
    expect(await markdownOf(await openDocument("spreadsheet", table))).toBe(
      "## S\n\n| a |\n| - |\n| c |\n\nfree\n\ndrawn\n\nat a cell\n\n[author: Ann, time: 2026-01-02T03:04:05]: checked\n\nplain\n",
    );
  });
});

test("an OpenDocument presentation has titles, and loses notes and hidden slides", async () => {
  const styles =
    '<style:style style:name="dp" style:family="drawing-page"><style:drawing-page-properties presentation:visibility="hidden"/></style:style>';
  const frame = (kind: string, text: string) =>
    `<draw:frame presentation:class="${kind}"><draw:text-box>${p(text)}</draw:text-box></draw:frame>`;
  const slides =
    `<draw:page>${frame("title", "Plan")}${frame("outline", "First step")}${frame("page-number", "1")}<presentation:notes>${p("note")}</presentation:notes></draw:page>` +
    `<draw:page draw:style-name="dp">${frame("title", "Hidden")}</draw:page>`;
  const { markdown, marks } = await read(await openDocument("presentation", slides, { styles }));
  expect(markdown).toBe("# Plan\n\nFirst step\n");
  expect(marks).toEqual([{ offset: 0, slide: 1 }]);
});

test("a slide's table is read, and lists that change their style from level to level are one", async () => {
  const cells = (...values: string[]) =>
    `<table:table-row>${values.map((value) => `<table:table-cell>${p(value)}</table:table-cell>`).join("")}</table:table-row>`;
  const list = (content: string) =>
    `<text:list><text:list-item>${content}</text:list-item></text:list>`;
  const slide =
    `<draw:page><draw:frame><table:table>${cells("Name", "Toll")}${cells("Barge", "4")}</table:table></draw:frame>` +
    `<draw:frame><draw:text-box>${list(p("one"))}${list(list(p("deeper")))}${list(p("two"))}</draw:text-box></draw:frame></draw:page>`;
  const { markdown } = await read(await openDocument("presentation", slide));
  expect(markdown).toBe("| Name | Toll |\n| - | - |\n| Barge | 4 |\n\n- one\n  - deeper\n- two\n");
});
