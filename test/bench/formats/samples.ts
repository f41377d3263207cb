import { sentence } from "../../support/documents.ts";
import { line, pdf } from "../../unit/pipeline/extract/making/pdf.ts";

export interface Measured {
  readonly sizeBytes: number;
  readonly readMs: number;
  /** Of the reading process, the file included. */
  readonly peakBytes: number;
  readonly cutMs?: number;
  readonly outcome: string;
}

export interface Sample {
  readonly filename: string;
  readonly make: () => Buffer;
}

const upTo = (bytes: number, part: (index: number) => string): Buffer => {
  const parts: Buffer[] = [];
  let size = 0;
  for (let index = 0; ; index++) {
    const next = Buffer.from(part(index));
    if (size + next.length > bytes) return Buffer.concat(parts);
    parts.push(next);
    size += next.length;
  }
};
const mebibyte = 2 ** 20;

export const samples: Readonly<Record<string, Sample>> = {
  "PDF of 300 pages": {
    filename: "a.pdf",
    make: () =>
      pdf(
        Array.from({ length: 300 }, (_, page) =>
          Array.from({ length: 40 }, (__, i) =>
            line(sentence(page * 40 + i), 760 - i * 18, 9),
          ).join(""),
        ),
      ),
  },
  "CSV of 100,000 rows": {
    filename: "a.csv",
    make: () =>
      Buffer.from(
        `id,who,what,amount\n${Array.from({ length: 100_000 }, (_, i) => `${i},"${sentence(i)}",${i % 7},${i / 4}`).join("\n")}`,
      ),
  },
  "text of 50 MB": {
    filename: "a.txt",
    make: () => upTo(50 * mebibyte, (i) => `${sentence(i)}${i % 5 === 4 ? "\n\n" : " "}`),
  },
  "text of 50 MB of line ends": {
    filename: "a.txt",
    make: () => upTo(50 * mebibyte, (i) => (i === 0 ? "x" : "\n".repeat(65_536))),
  },
  "JSON of 25 MB": {
    filename: "a.json",
    make: () =>
      Buffer.concat([
        Buffer.from("["),
        upTo(
          25 * mebibyte,
          (i) =>
            `${JSON.stringify({ id: i, text: sentence(i), tags: ["a", "b"], at: { x: i / 3 } })},`,
        ),
        Buffer.from("{}]"),
      ]),
  },
  "JSON of 49 MB": {
    filename: "a.json",
    make: () =>
      Buffer.concat([
        Buffer.from("["),
        upTo(
          49 * mebibyte,
          (i) =>
            `${JSON.stringify({ id: i, text: sentence(i), tags: ["a", "b"], at: { x: i / 3 } })},`,
        ),
        Buffer.from("{}]"),
      ]),
  },
  "HTML of 20 MB": {
    filename: "a.html",
    make: () => upTo(20 * mebibyte, (i) => (i === 0 ? "<html><body>" : `<p>${sentence(i)}</p>\n`)),
  },
};
