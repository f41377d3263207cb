import { describe, expect, test } from "vitest";
import { row, xlsx } from "./making/office.ts";
import { markdownOf, read } from "./making/read.ts";

const data = (rows: string) => `<sheetData>${rows}</sheetData>`;

describe("an Excel workbook", () => {
  test("shows numbers as their formats do", async () => {
    const cells = [
      '<c r="A1"><v>0.475</v></c>',
      '<c r="B1" s="1"><v>0.475</v></c>',
      '<c r="C1" s="2"><v>45992</v></c>',
      '<c r="D1" s="3"><v>1234.5</v></c>',
      '<c r="E1"><v>0.30000000000000004</v></c>',
      '<c r="F1" t="b"><v>1</v></c>',
      '<c r="G1" t="e"><v>#DIV/0!</v></c>',
    ];
    const file = await xlsx(
      [{ name: "Figures", xml: data(`<row r="1">${cells.join("")}</row>`) }],
      {
        formats: ["0.0%", "dd.mm.yyyy", "#,##0.00 &quot;EUR&quot;"],
      },
    );
    expect(await markdownOf(file)).toContain(
      "| 0.475 | 47.5% | 01.12.2025 | 1,234.50 EUR | 0.3 | TRUE | #DIV/0! |",
    );
  });

  test("shows amounts in the currency formats that are named by number only", async () => {
    const builtIn = [5, 6, 7, 8, 41, 42, 43, 44];
    const cells = builtIn.map((_, index) => `<c s="${index + 1}"><v>-1234.5</v></c>`).join("");
    const file = await xlsx([{ name: "Sums", xml: data(`<row r="1">${cells}</row>`) }], {
      builtIn,
    });
    expect(await markdownOf(file)).toContain(
      "| ($1,235) | ($1,235) | ($1,234.50) | ($1,234.50) | (1,235) | $(1,235) | (1,234.50) | $(1,234.50) |",
    );
  });

  test("shows dates and times in the formats that Excel in Asia names by number only", async () => {
    const dates = [27, 28, 29, 30, 31, 36, 50, 51, 54, 57, 58, 71, 72, 73, 74, 81];
    const times = [32, 75];
    const either = [34, 35, 52, 53, 55, 56];
    const builtIn = [...dates, ...times, ...either];
    const cells = (value: number) =>
      builtIn.map((_, index) => `<c s="${index + 1}"><v>${value}</v></c>`).join("");
    const xml = data(`<row r="1">${cells(45_321)}</row><row r="2">${cells(0.75)}</row>`);
    const markdown = await markdownOf(await xlsx([{ name: "Dates", xml }], { builtIn }));
    const [first = "", , second = ""] = markdown.split("\n").slice(2);
    const shown = (line: string) => line.slice(2, -2).split(" | ");
    expect(shown(first).slice(0, dates.length)).toEqual(dates.map(() => "2024-01-30"));
    expect(shown(first).slice(-either.length)).toEqual(either.map(() => "2024-01-30"));
    expect(shown(second).slice(dates.length)).toEqual([
      ...times.map(() => "18:00"),
      ...either.map(() => "18:00:00"),
    ]);
  });

  test("shows texts without the codes of characters that XML cannot hold", async () => {
    const strings = [
      "one_x000D_\ntwo",
      "_x005F_x000D_",
      "a_x0007_b",
      "my_x_file",
      "_xD83D__xDE00_",
    ];
    const cells = strings.map((_, index) => `<c t="s"><v>${index}</v></c>`).join("");
    const own = '<c t="inlineStr"><is><t>in_x0041_</t></is></c><c t="str"><v>of_x0042_</v></c>';
    const xml = data(`<row r="1">${cells}${own}</row>`);
    expect(await markdownOf(await xlsx([{ name: "S_x0026_T", xml }], { strings }))).toBe(
      String.raw`## S&T

| one two | \_x000D\_ | ab | my_x_file | 😀 | inA | ofB |
| - | - | - | - | - | - | - |
`,
    );
  });

  test("shows a text with its reading beside it without the reading", async () => {
    const text = "<is><t>課</t><rPh><t>カ</t></rPh><r><t>長</t></r></is>";
    const xml = data(`<row r="1"><c t="inlineStr">${text}</c><c><v>1</v></c></row>`);
    expect(await markdownOf(await xlsx([{ name: "S", xml }]))).toContain("| 課長 | 1 |");
  });

  test("leaves out hidden sheets, rows and columns, and blank rows", async () => {
    const rows =
      row(1, ["Name", "Secret", "City"]) +
      row(2, ["Ann", "1", "Rome"]) +
      row(3, ["Bob", "2", "Oslo"], 'hidden="1"') +
      row(4, ["", "", ""]);
    const file = await xlsx([
      { name: "Shown", xml: `<cols><col min="2" max="2" hidden="1"/></cols>${data(rows)}` },
      { name: "Gone", state: "hidden", xml: data(row(1, ["hidden sheet"])) },
      { name: "Never", state: "veryHidden", xml: data(row(1, ["very hidden"])) },
    ]);
    const markdown = await markdownOf(file);
    expect(markdown).toContain("## Shown");
    expect(markdown).toContain("Ann");
    expect(markdown).not.toMatch(/Secret|Bob|hidden|Gone|Never/u);
  });

  test("marks where each sheet begins", async () => {
    const file = await xlsx([
      { name: "One", xml: data(row(1, ["a"])) },
      { name: "Empty", xml: data("") },
      { name: "Two", xml: data(row(1, ["b"])) },
    ]);
    const { markdown, marks } = await read(file);
    expect(marks).toEqual([
      { offset: 0, sheet: "One" },
      { offset: markdown.indexOf("## Two"), sheet: "Two" },
    ]);
  });

  test("makes a table of each area that blank rows or columns set apart", async () => {
    const rows =
      row(1, ["a", "b", "", "x", "y"]) + row(2, ["1", "2", "", "8", "9"]) + row(4, ["below"]);
    expect(await markdownOf(await xlsx([{ name: "S", xml: data(rows) }]))).toBe(
      "## S\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n| x | y |\n| - | - |\n| 8 | 9 |\n\n| below |\n| - |\n",
    );
  });

  test("is as long as its content, however far down the last cell is", async () => {
    const rows = `${row(1, ["first"])}<row r="1048000"><c r="XFD1048000" t="inlineStr"><is><t>last</t></is></c></row>`;
    const markdown = await markdownOf(await xlsx([{ name: "S", xml: data(rows) }]));
    expect(markdown).toContain("last");
    expect(markdown.length).toBeLessThan(60);
  });

  test("shows a merged cell in all that it covers", async () => {
    const xml = `${data(row(1, ["Total", "", "x"]) + row(2, ["1", "2", "3"]))}<mergeCells><mergeCell ref="A1:B1"/></mergeCells>`;
    expect(await markdownOf(await xlsx([{ name: "S", xml }]))).toContain("| Total | Total | x |");
  });

  test("does not show a merged cell in a hidden column", async () => {
    const xml = `<cols><col min="2" max="2" hidden="1"/></cols>${data(row(1, ["Total", "", "x"]) + row(2, ["1", "2", "3"]))}<mergeCells><mergeCell ref="A1:B1"/></mergeCells>`;
    const markdown = await markdownOf(await xlsx([{ name: "S", xml }]));
    expect(markdown.match(/Total/gu)).toHaveLength(1);
  });

  test("has shared texts without their reading aids", async () => {
    const file = await xlsx(
      [{ name: "S", xml: data('<row r="1"><c r="A1" t="s"><v>0</v></c></row>') }],
      {
        strings: ["東京</t><rPh><t>トウキョウ</t></rPh><t>"],
      },
    );
    expect(await markdownOf(file)).toContain("| 東京 |");
  });
});
