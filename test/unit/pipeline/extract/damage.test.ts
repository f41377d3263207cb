import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ExtractError } from "../../../../lambdas/pipeline/extract/errors.ts";
import { extract } from "../../../../lambdas/pipeline/extract/extract.ts";
import { docx, p, pptx, row, shape, xlsx } from "./making/office.ts";
import { epub, openDocument } from "./making/open-document.ts";
import { line, pdf } from "./making/pdf.ts";
import { read } from "./making/read.ts";
import { bundledWorker } from "./making/worker.ts";

type Sample = readonly [filename: string, file: () => Promise<Uint8Array> | Uint8Array];

const samples: readonly Sample[] = [
  ["a.docx", () => docx(p("Some words of a document.") + p("More of them."))],
  [
    "a.xlsx",
    () =>
      xlsx([
        { name: "S", xml: `<sheetData>${row(1, ["a", "b"])}${row(2, ["1", "2"])}</sheetData>` },
      ]),
  ],
  ["a.pptx", () => pptx([shape("title", ["Title"]) + shape("body", ["words"])])],
  ["a.odt", () => openDocument("text", "<text:h>Top</text:h><text:p>words</text:p>")],
  ["a.epub", () => epub(["<html><body><h1>One</h1><p>words</p></body></html>"])],
  [
    "a.rtf",
    () =>
      Buffer.from(
        String.raw`{\rtf1\ansi Some {\b bold \u8364?} words.\par\trowd\intbl a\cell b\cell\row}`,
      ),
  ],
  [
    "a.html",
    () => Buffer.from("<html><table><tr><td colspan=2>a<tr><td>b<td>c</table><ul><li>d</ul>"),
  ],
  ["a.csv", () => Buffer.from('a,b\n"1","2"\n3,4\n')],
  ["a.json", () => Buffer.from('[{"a": [1, 2.50], "b": {"c": null}}]')],
  [
    "a.eml",
    () =>
      Buffer.from(
        "From: a@b.c\nTo: d@e.f\nSubject: x\nContent-Type: multipart/mixed; boundary=B\n\n--B\n\nwords\n--B--\n",
      ),
  ],
];

/** Cuts a file off, or turns bits of it over. */
const damages = fc.record({
  keep: fc.double({ min: 0, max: 1, noNaN: true }),
  flips: fc.array(
    fc.tuple(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), fc.nat(7)),
    { maxLength: 8 },
  ),
});

function damaged(
  file: Uint8Array,
  { keep, flips }: { keep: number; flips: [number, number][] },
): Uint8Array {
  const result = Uint8Array.from(
    file.subarray(0, Math.ceil(file.length * (keep > 0.5 ? 1 : keep * 2))),
  );
  for (const [where, bit] of flips) {
    const at = Math.floor(where * result.length);
    if (at < result.length) result[at] = (result[at] ?? 0) ^ (1 << bit);
  }
  return result;
}

async function isTyped(reading: Promise<{ markdown: string }>): Promise<boolean> {
  return reading.then(
    ({ markdown }) => markdown.trim() !== "",
    (error: unknown) => error instanceof ExtractError,
  );
}

describe("a damaged file gives text or a typed error", () => {
  test.each(samples)("%s", async (filename, make) => {
    const file = await make();
    await fc.assert(
      fc.asyncProperty(damages, async (damage) =>
        isTyped(
          read(damaged(file, damage), filename).then((one) => ({
            markdown: one.markdown || String(one.attachments?.length),
          })),
        ),
      ),
      { numRuns: 150 },
    );
  });

  test("a.pdf, whose parser is native and so runs in a process of its own", async () => {
    const worker = await bundledWorker();
    const file = pdf([line("Some words of a page."), line("More of them.")]);
    await fc.assert(
      fc.asyncProperty(damages, async (damage) =>
        isTyped(extract(damaged(file, damage), { filename: "a.pdf" }, { worker })),
      ),
      { numRuns: 25 },
    );
    expect((await extract(file, {}, { worker })).pageCount).toBe(2);
  });
});
