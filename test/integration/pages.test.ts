/** A passage that a search finds names the page on which a reader of the file finds it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, inject, test } from "vitest";
import { type Client, createClient } from "../../cli/client.ts";
import { send } from "../../cli/sending/send.ts";
import type { SearchAnswer } from "../../lambdas/contract/calls/search.ts";
import { contentTypeOfName } from "../../lambdas/contract/file-formats.ts";
import { chromium, inFolder, printByChromium } from "../documents/programs.ts";
import { newKey } from "../support/deployment/app.ts";
import { sentence } from "../support/documents.ts";
import { pptx, row, shape, xlsx } from "../unit/pipeline/extract/making/office.ts";
import { line, pdf } from "../unit/pipeline/extract/making/pdf.ts";

const app = inject("app");
let client: Client;
beforeAll(async () => {
  client = createClient({ ...app, apiKey: await newKey(app) });
});

const pages = 10;
const numbers = Array.from({ length: pages }, (_, page) => page + 1);
/** A word that stands on this page of this document and nowhere else. */
const word = (document: string, page: number) =>
  `${document.replaceAll(/[^a-z]/gu, "")}quay${String.fromCharCode(96 + page).repeat(3)}`;
const sentences = (document: string, page: number) => [
  ...Array.from({ length: 6 }, (_, i) => sentence(page * 100 + i)),
  `The keeper writes ${word(document, page)} in the ledger of the lock.`,
  ...Array.from({ length: 6 }, (_, i) => sentence(page * 100 + 50 + i)),
];

/** Chromium breaks the pages of the second one itself, in the middle of paragraphs. */
async function printed(document: string): Promise<Uint8Array> {
  expect(chromium.path, `Install ${chromium.packages}`).toBeDefined();
  const body = numbers
    .map(
      (page) =>
        `<section><h2>Chapter ${page}</h2><p>${sentences(document, page).join(" ")}</p></section>`,
    )
    .join("");
  return inFolder(async (folder) => {
    const file = join(folder, "book.html");
    const style = "section { break-after: page } p { font-size: 11pt }";
    writeFileSync(file, `<meta charset="utf-8"><style>${style}</style><h1>${document}</h1>${body}`);
    return (await printByChromium(file, folder)).bytes;
  });
}

const documents: readonly [string, (document: string) => Promise<Uint8Array>, Place][] = [
  ["chromium-one.pdf", printed, ({ pages: found }) => found],
  ["chromium-two.pdf", printed, ({ pages: found }) => found],
  [
    "typeset.pdf",
    async (document) =>
      pdf(
        numbers.map((page) =>
          sentences(document, page)
            .map((text, i) => line(text, 740 - i * 20, 9))
            .join(""),
        ),
      ),
    ({ pages: found }) => found,
  ],
  [
    "slides.pptx",
    (document) =>
      pptx(
        numbers.map(
          (page) => shape("title", [`Slide ${page}`]) + shape("body", sentences(document, page)),
        ),
      ),
    ({ slide }) => slide,
  ],
  [
    "sheets.xlsx",
    (document) =>
      xlsx(
        numbers.map((page) => ({
          name: String(page),
          xml: `<sheetData>${sentences(document, page)
            .map((text, i) => row(i + 1, [text, String(i)]))
            .join("")}</sheetData>`,
        })),
      ),
    ({ sheet }) => sheet?.map(Number) as [number, number] | undefined,
  ],
];

type Place = (hit: SearchAnswer["results"][number]) => readonly [number, number] | undefined;

test("in 50 of 50 passages of five documents of ten pages, slides or sheets", async () => {
  for (const [filename, make] of documents) {
    const { job_id } = await send(client, {
      document_id: filename,
      filename,
      content_type: contentTypeOfName(filename),
      bytes: await make(filename),
      options: { chunking: { max_tokens: 64, overlap_tokens: 0 } },
    });
    let status = "";
    for await (const job of client.watch(job_id)) status = job.status;
    expect(`${filename} ${status}`).toBe(`${filename} completed`);
  }
  const wrong: string[] = [];
  let right = 0;
  for (const [filename, , placeOf] of documents) {
    for (const page of numbers) {
      const { results } = await client.search({
        query: word(filename, page),
        mode: "text",
        limit: 1,
      });
      const [from, to] = (results[0] && placeOf(results[0])) ?? [];
      // Of a chunk that goes on over a page's end both pages are named.
      const isRight =
        from !== undefined && to !== undefined && from <= page && page <= to && to - from <= 1;
      if (isRight && results[0]?.document_id === filename) right += 1;
      else wrong.push(`${filename} ${page}: ${from} to ${to} of ${results[0]?.document_id}`);
    }
  }
  console.log(`The page is right in ${right} of ${right + wrong.length} passages.`);
  expect(wrong).toEqual([]);
  expect(right).toBe(50);
}, 400_000);
