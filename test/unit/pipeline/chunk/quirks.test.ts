import { describe, expect, test } from "vitest";
import { split } from "../../../../lambdas/pipeline/chunk/split.ts";
import { chunking, expectChunks } from "./expectations.ts";
import { Prose } from "./prose.ts";

const prose = new Prose(9);
const body = (): string => Array.from({ length: 12 }, () => prose.sentence()).join(" ");

describe("a byte order mark", () => {
  test("is no part of the first chunk, and hides no heading", () => {
    const [chunk] = expectChunks("\ufeff# Costs\n\nFour millions.");
    expect(chunk).toMatchObject({
      start: 1,
      text: "# Costs\n\nFour millions.",
      headings: ["Costs"],
    });
  });

  test("hides no front matter", () => {
    const chunks = expectChunks("\ufeff---\n# comment\ntitle: none\n---\n\nText.");
    expect(chunks[0]?.headings).toEqual([]);
    expect(expectChunks("\ufeffPlain.", chunking({ strategy: "recursive" }))[0]?.start).toBe(1);
  });
});

describe("a heading is known", () => {
  test.each([
    ["underlined", "Costs\n=====\n\nText."],
    ["underlined, with a lone carriage return", "Costs\r-----\r\rText."],
    ["after CRLF", "Before.\r\n\r\n# Costs\r\n\r\nText."],
    ["after a line separator", "Before.\u2028# Costs\u2028Text."],
    ["as an element", "<h2>Costs</h2>\n\nText."],
    [
      "as an element with attributes and markup",
      '<H3 align="center">\n <b>Costs</b>\n</H3>\nText.',
    ],
    ["as an element in an element", "<div>\n<h1>Costs</h1>\n<p>Text.</p>\n</div>"],
  ])("%s", (_, text) => {
    expect(expectChunks(text).at(-1)?.headings).toEqual(["Costs"]);
  });

  test("with the entities of HTML resolved", () => {
    expect(expectChunks("<h1>Q&amp;A</h1>\n\nText.")[0]?.headings).toEqual(["Q&A"]);
  });

  test.each([
    ["a comment", "<!--\n<h1>No</h1>\n-->\n\nText."],
    ["a script", "<script>\nwrite('<h1>No</h1>')\n</script>\n\nText."],
    ["preformatted text", "<pre>\n<h1>No</h1>\n</pre>\n\nText."],
  ])("but not in %s", (_, text) => {
    expect(expectChunks(text)[0]?.headings).toEqual([]);
  });

  test("of elements by their level", () => {
    const text = `<h1>A</h1>\n\n${body()}\n\n<h2>B</h2>\n\n${body()}\n\n<h1>C</h1>\n\n${body()}`;
    expect(expectChunks(text).map(({ headings }) => headings)).toEqual([["A"], ["A", "B"], ["C"]]);
  });
});

describe("small sections", () => {
  const numbered = Array.from({ length: 6_000 }, (_, n) => `## Key ${n}\nIts ${n * 7}.\n`).join("");

  test("share chunks: 6,000 of two lines are far fewer than a job may have", () => {
    const chunks = expectChunks(numbered);
    expect(chunks.length).toBeLessThan(600);
    expect(chunks.length).toBeGreaterThan(100);
  });

  test("have the path where their chunk begins, and the titles within it", () => {
    const text = `# Book\n\n${body()}\n\n## One\n\nA.\n\n## Two\n\nB.\n\n# End\n\n${body()}`;
    const chunk = expectChunks(text).find((chunk) => chunk.text.includes("A."));
    expect(chunk?.headings.join(" › ")).toContain("Book › One › Two");
  });

  test("of nothing but headings each keep their own", () => {
    const text = Array.from({ length: 900 }, (_, n) => `## Part ${n}\n\n`).join("");
    const chunks = expectChunks(text);
    expect(chunks.length).toBeGreaterThan(5);
    for (const { text, headings } of chunks) {
      expect(headings[0]).toBe(/## (Part \d+)/u.exec(text)?.[1]);
      expect(headings.length).toBeLessThanOrEqual(16);
    }
  });

  test("edited change few chunks, as long ones do", () => {
    const sections = numbered.split(/(?=## )/u).slice(0, 1_500);
    const known = new Set([...split(sections.join(""), chunking())].map(({ text }) => text));
    const recomputed = Array.from({ length: 100 }, (_, n) => {
      const edited = sections.toSpliced(n * 14, n % 2, `## New ${n}\n${prose.sentence()}\n`);
      return [...split(edited.join(""), chunking())].filter(({ text }) => !known.has(text)).length;
    });
    expect(recomputed.filter((chunks) => chunks <= 3).length).toBeGreaterThanOrEqual(98);
  });
});

describe("blobs", () => {
  const bytes = Buffer.from(Uint8Array.from({ length: 300_000 }, () => prose.below(256)));
  const base64 = bytes.toString("base64");

  test("of data URIs become a mark in one chunk with the text around them", () => {
    const text = `# Plot\n\nBefore.\n\n![a](data:image/png;base64,${base64})\n\nAfter.`;
    const chunks = [...split(text, chunking())];
    const shown = `![a](data:image/png;base64,${base64.slice(0, 16)}…)`;
    expect(chunks).toMatchObject([
      { start: 0, end: text.length, text: `# Plot\n\nBefore.\n\n${shown}\n\nAfter.` },
    ]);
  });

  test("leave the offsets of what follows as they are in the document", () => {
    const words = Array.from({ length: 40 }, () => prose.paragraph()).join("\n\n");
    const text = `${words}\n\n![a](data:image/gif;base64,${base64})\n\n${words}`;
    const blobStart = text.indexOf(base64);
    const chunks = [...split(text, chunking())];
    const whole = chunks.filter(({ start, end }) => end <= blobStart || start > blobStart);
    expect(whole.length).toBeGreaterThan(5);
    for (const chunk of whole) expect(chunk.text).toBe(text.slice(chunk.start, chunk.end));
    expect(chunks.at(-1)?.end).toBe(text.length);
  });

  test.each([
    ["in one line", base64],
    ["in lines", base64.replaceAll(/.{76}/gu, "$&\r\n")],
    ["of a certificate", `-----BEGIN-----\n${base64.replaceAll(/.{64}/gu, "$&\n")}\n-----END-----`],
    ["percent-encoded", `data:image/svg+xml,${"%3Csvg".repeat(3_000)}`],
  ])("%s become one", (_, blob) => {
    const chunks = [...split(`Before.\n\n${blob}\n\nAfter.`, chunking())];
    expect(chunks).toHaveLength(1);
    expect(chunks[0]?.text).toMatch(/^Before\.[^]{10,120}…[^]*After\.$/u);
  });

  test("end before the line that follows them", () => {
    const certificate = `-----BEGIN-----\n${base64.slice(0, 6_400).replaceAll(/.{64}/gu, "$&\n")}`;
    for (const end of ["-----END-----", "Done", "AFTER"]) {
      expect([...split(`${certificate}${end}`, chunking())][0]?.text.split("…")[1]).toBe(
        `\n${end}`,
      );
    }
    expect([...split(`${base64}\nDone`, chunking())][0]?.text.split("…")[1]).toBe("\nDone");
  });

  test("are no list of words, and no number however long", () => {
    expectChunks(Array.from({ length: 3_000 }, () => prose.word()).join("\n"));
    expectChunks("9f86d081884c7d659a2feaa0c55ad015".repeat(100));
  });
});

describe("blanks are no chunk and no reason for one", () => {
  test.each([
    ["100,000 spaces", " ".repeat(100_000)],
    ["a million newlines", "\n".repeat(1_000_000)],
    ["lines of spaces", `${" ".repeat(99)}\r\n`.repeat(5_000)],
    ["zero-width spaces", "\u200b".repeat(50_000)],
  ])("%s between two words", (_, blanks) => {
    for (const strategy of ["markdown", "recursive"] as const) {
      const texts = expectChunks(`One.${blanks}Two.`, chunking({ strategy }));
      expect(texts.map(({ text }) => text.trim())).toEqual(["One.", "Two."]);
    }
  });

  test("and end no fence: what follows them in it is code", () => {
    const text = `\`\`\`sh\none\n${"\n".repeat(10_000)}# comment\n\`\`\`\n\nText.`;
    const chunks = expectChunks(text);
    expect(chunks.flatMap(({ headings }) => headings)).toEqual([]);
    expect(chunks.at(-1)?.context).toBe("```sh");
  });

  test("alone are nothing", () => {
    expect([...split("\n".repeat(10_000), chunking())]).toEqual([]);
    expect([...split(" \t\u2028", chunking())]).toEqual([]);
  });
});

test("composed and decomposed letters, and right-to-left text, are cut as they are", () => {
  const words = "Zwölf Boxkämpfer jagen Viktor. الكتاب على الطاولة، والقلم هنا. 本は机の上。";
  for (const form of ["NFC", "NFD"] as const) {
    const text = words.normalize(form).repeat(300);
    for (const { text: part } of expectChunks(text)) expect(part).toMatch(/[.。] ?$/u);
  }
});
