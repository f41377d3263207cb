import { describe, expect, test } from "vitest";
import { split } from "../../../../lambdas/pipeline/chunk/split.ts";
import { modelInput } from "../../../../lambdas/records/jobs/chunk.ts";
import { chunking, expectChunks } from "./expectations.ts";
import { Prose } from "./prose.ts";

const prose = new Prose(3);
const header = "| Station | Depth in m |\n| --- | ---: |";
const rows = (count: number): string =>
  Array.from({ length: count }, (_, n) => `| ${prose.word()} ${prose.word()} | ${n} |\n`).join("");

describe("a table's header", () => {
  test("goes with each chunk of its 80 rows, but for the one that holds it", () => {
    const chunks = expectChunks(
      `# Depths\n\n${header}\n${rows(80)}\nMeasured in May.`,
      chunking({ maxTokens: 256, overlapTokens: 32 }),
    );
    expect(chunks.length).toBeGreaterThan(3);
    expect(chunks[0]?.text).toContain(header);
    expect(chunks[0]).not.toHaveProperty("context");
    for (const chunk of chunks.slice(1)) {
      expect(chunk.text).toMatch(/^\| /u);
      expect(chunk.context).toBe(header);
      expect(modelInput(chunk)).toBe(`${header}\n${chunk.text}`);
    }
  });

  test("counts towards the chunk's tokens", () => {
    const [, chunk] = expectChunks(`${header}\n${rows(80)}`);
    expect(chunk?.tokens).toBeGreaterThan(expectChunks(chunk?.text ?? "")[0]?.tokens ?? 0);
  });

  test("goes with no chunk after the table", () => {
    const text = `${header}\n${rows(60)}\n${Array.from({ length: 40 }, () => prose.paragraph()).join("\n\n")}`;
    const after = expectChunks(text).filter((chunk) => !chunk.text.startsWith("|"));
    expect(after.length).toBeGreaterThan(3);
    for (const chunk of after) expect(chunk).not.toHaveProperty("context");
  });

  test("of a table in a list goes with its chunks, too", () => {
    const table = `${header}\n${rows(80)}`.trim().replaceAll("\n", "\n  ");
    const chunks = expectChunks(`- Depths:\n\n  ${table}`, chunking({ maxTokens: 256 }));
    expect(chunks.at(-1)?.context).toBe(header);
  });

  test("of more columns than fit loses the last of them", () => {
    const cells = Array.from({ length: 200 }, (_, n) => `c${n}`);
    const wide = `|${cells.join("|")}|\n|${cells.map(() => "-").join("|")}|`;
    const row = `|${cells.map(() => "7").join("|")}|\n`;
    const chunks = expectChunks(`${wide}\n${row.repeat(20)}`, chunking({ maxTokens: 256 }));
    const context = chunks.at(-1)?.context ?? "";
    expect(context).toMatch(/^\|c0\|c1\|.*\|\n\|-\|-\|.*\|$/u);
    expect(wide.startsWith(context.split("\n")[0] ?? "none")).toBe(true);
  });

  test("goes with the last of 40,000 rows, more than are parsed at once", () => {
    const text = `${header}\n${rows(40_000)}\n# After\n\nText.`;
    const chunks = [...split(text, chunking({ maxTokens: 2_048 }))];
    const withRows = chunks.filter((chunk) => chunk.text.startsWith("| "));
    expect(withRows.slice(1).every(({ context }) => context === header)).toBe(true);
    expect(chunks.at(-1)?.headings).toEqual(["After"]);
  });
});

describe("a fence's first line", () => {
  const code = (lines: number): string =>
    Array.from({ length: lines }, (_, n) => `const ${prose.word()} = ${n};\n`).join("");

  test("goes with each chunk of a fence that is longer than one", () => {
    const chunks = expectChunks(`Before.\n\n\`\`\`ts title="a"\n${code(200)}\`\`\`\n\nAfter.`);
    expect(chunks.length).toBeGreaterThan(2);
    for (const chunk of chunks.slice(1)) expect(chunk.context).toBe('```ts title="a"');
  });

  test("goes with code that is longer than what is parsed at once, and not with what follows", () => {
    const text = `~~~py\n# comment\n${code(40_000)}~~~\n\n# After\n\nText.`;
    const chunks = [...split(text, chunking({ maxTokens: 2_048 }))];
    expect(chunks.slice(1, -2).every(({ context }) => context === "~~~py")).toBe(true);
    expect(chunks.flatMap(({ headings }) => headings)).toEqual(["After"]);
  });
});
