import { describe, expect, test } from "vitest";
import {
  DamagedDocumentError,
  DocumentOverBoundsError,
} from "../../../../lambdas/pipeline/extract/errors.ts";
import { markdownOf, read } from "./making/read.ts";

describe("a table of text", () => {
  test("is read with commas, semicolons, tabs and bars, whatever stands in its quotes", async () => {
    for (const delimiter of [",", ";", "\t", "|"]) {
      const text = [`a${delimiter}b`, `"x${delimiter}y"${delimiter}"he said ""no"""`].join("\r\n");
      const cell = delimiter === "|" ? "x\\|y" : delimiter === "\t" ? "x y" : `x${delimiter}y`;
      expect(await markdownOf(text, "t.csv")).toBe(
        `| a | b |\n| - | - |\n| ${cell} | he said "no" |\n`,
      );
    }
  });

  test("marks its records, widens for its longest row and loses blank rows", async () => {
    const { markdown, marks } = await read("a,b\n1,2\n\n,,\n3,4,5\n", "t.csv");
    expect(markdown).toBe("| a | b |  |\n| - | - | - |\n| 1 | 2 |  |\n| 3 | 4 | 5 |\n");
    expect(marks).toEqual([
      { offset: markdown.indexOf("| 1"), record: 1 },
      { offset: markdown.indexOf("| 3"), record: 2 },
    ]);
  });

  test("that names its delimiter as Excel does has no row of it", async () => {
    expect(await markdownOf("sep=;\r\na;b,c\r\n1;2\r\n", "t.csv")).toBe(
      "| a | b,c |\n| - | - |\n| 1 | 2 |\n",
    );
  });

  test("with line breaks in a cell keeps the cell on one line", async () => {
    expect(await markdownOf('a\tb\n"one\ntwo"\tx', "t.tsv")).toContain("| one two | x |");
  });

  test("with a line separator in a cell keeps its records", async () => {
    const { marks } = await read("id,note\n1,one\u2028two\n2,three\n", "t.csv");
    expect(marks).toHaveLength(2);
  });

  test("with one stray row is as large as its cells", async () => {
    const stray = Array.from({ length: 151 }, (_, index) => `x${index}`);
    const text = `a,b\n${"1,2\n".repeat(20_000)}${stray.join(",")}\n3\n`;
    const { markdown } = await read(text, "t.csv", { maxCells: 40_154 });
    expect(markdown.startsWith("| a | b |\n| - | - |\n| 1 | 2 |\n")).toBe(true);
    expect(markdown.endsWith(`| ${stray.join(" | ")} |\n| 3 |  |\n`)).toBe(true);
  });

  test("with commas at the ends of its lines has no columns of blanks", async () => {
    const commas = ",".repeat(3_000);
    const text = `a,b${commas}\n1,2 ${commas}\n${commas}\n3${commas}\n`;
    expect(await markdownOf(text, "t.csv")).toBe("| a | b |\n| - | - |\n| 1 | 2 |\n| 3 |  |\n");
  });

  test("under a title is as wide as most of its rows, also with a stray one", async () => {
    const text = `Title\n${"1,2,3\n".repeat(100)}${"x,".repeat(50)}x\n`;
    const [first, rule] = (await markdownOf(text, "t.csv")).split("\n");
    expect([first, rule]).toEqual(["| Title |  |  |", "| - | - | - |"]);
  });

  test("with more cells than may be is refused", async () => {
    await expect(read("a,b,c\n".repeat(20), "t.csv", { maxCells: 50 })).rejects.toThrow(
      DocumentOverBoundsError,
    );
  });
});

describe("JSON", () => {
  test("keeps its numbers as they are written", async () => {
    expect(await markdownOf('{"id": 12345678901234567890, "share": 1.50}', "a.json")).toBe(
      "- **id:** 12345678901234567890\n- **share:** 1.50\n",
    );
  });

  test("may hold line separators, and so may its lines", async () => {
    const record = '{"a": "one\u2028two"}';
    expect(await markdownOf(record, "a.json")).toMatch(/^- \*\*a:\*\* one\stwo\n$/u);
    expect(await markdownOf(`${record}\n${record}\n`, "a.jsonl")).toMatch(/two\n.*two\n$/su);
  });

  test("marks the items of a list as records", async () => {
    const { markdown, marks } = await read('[{"a":{"b":[1,2]}},{"a":null}]', "a.json");
    expect(markdown).toBe("- **a:**\n  - **b:** 1, 2\n\n- **a:** null\n");
    expect(marks).toEqual([
      { offset: 0, record: 1 },
      { offset: markdown.lastIndexOf("- **a"), record: 2 },
    ]);
  });

  test("that breaks off is damaged; that is nested too deep is over the bounds", async () => {
    await expect(read('{"a": [1, 2', "a.json")).rejects.toThrow(DamagedDocumentError);
    await expect(read("[".repeat(100_000), "a.json")).rejects.toThrow(DocumentOverBoundsError);
  });

  test("in lines names the line that it cannot read", async () => {
    const { marks } = await read('{"a":1}\n\n{"a":2}\n', "a.jsonl");
    expect(marks).toHaveLength(2);
    await expect(read('{"a":1}\n{"a":', "a.jsonl")).rejects.toThrow(/^Line 2: /u);
  });

  test("is read as JSON Lines where its lines are values of their own", async () => {
    const { markdown, marks } = await read('{"a":1}\n{"a":2}\n', "a.json");
    expect(markdown).toBe("- **a:** 1\n\n- **a:** 2\n");
    expect(marks).toHaveLength(2);
    await expect(read('{"a":1}\n{"a":', "a.json")).rejects.toThrow(/^Line 2: /u);
    await expect(read('{"a":\n1}}', "a.json")).rejects.toThrow(/^The document is not valid/u);
  });
});
