import { LiteParse, type ParsedPage } from "@llamaindex/liteparse";
import { hold } from "../../bounds.ts";
import { append } from "../../document/blocks.ts";
import {
  DamagedDocumentError,
  EmptyDocumentError,
  EncryptedDocumentError,
  NoTextError,
} from "../../errors.ts";
import type { Mark, ReadContext, Reading, Source } from "../../extraction.ts";
import { hasTextLost, isStripped, isUnreadable, pageMarkdown } from "./page.ts";
import { bodySizeOf } from "./structure.ts";
import { angleOf } from "./upright.ts";

/**
 * Pages that are laid out together. Running heads are found by their repetition
 * within a batch; smaller ones report progress more often.
 */
const batchSize = 20;

const settings = {
  outputFormat: "markdown",
  ocrEnabled: false,
  imageMode: "off",
  includeComplexity: true,
  extractContentBounds: true,
  continueOnPageError: true,
  skipDiagonalText: true,
  // Sizes and weights tell headings from text.
  extractTextMetadata: true,
  // Names the rows and cells of tables, where the writing program does.
  extractStructureTree: true,
  numWorkers: 1,
  quiet: true,
} as const;

/** Reads a PDF page by page. Text recognition stays off: it would fetch models. */
export async function readPdf({ bytes }: Source, context: ReadContext): Promise<Reading> {
  const pages = new Pages(context);
  try {
    const file = Buffer.from(bytes);
    const parser = new LiteParse({ ...settings, maxPages: context.bounds.maxPages + 1 });
    for await (const { result } of parser.parseBatches(file, { batchSize })) {
      pages.add(
        await asWritten(file, result.pages),
        result.totalPages,
        result.pageErrors.map(({ pageNum }) => pageNum),
      );
    }
  } catch (error) {
    throw refusal(error);
  }
  return pages.reading();
}

/**
 * Two kinds of pages are read again: those whose text stands on its side, such as wide tables, and
 * those that lost most of their words, because pages of a form or of few words are alike, and so
 * are taken for running heads.
 */
async function asWritten(
  file: Buffer,
  pages: readonly ParsedPage[],
): Promise<readonly ParsedPage[]> {
  const turned = pages.flatMap((page) => {
    const angle = angleOf(page);
    return angle === undefined ? [] : [{ page: page.pageNum, angle }];
  });
  const corrections = { pageOrientationCorrections: turned };
  const upright = await readAgain(
    file,
    pages,
    turned.map(({ page }) => page),
    corrections,
  );
  const stripped = upright.filter(isStripped).map(({ pageNum }) => pageNum);
  return readAgain(file, upright, stripped, { ...corrections, keepHeadersFooters: true });
}

async function readAgain(
  file: Buffer,
  pages: readonly ParsedPage[],
  numbers: readonly number[],
  options: NonNullable<ConstructorParameters<typeof LiteParse>[0]>,
): Promise<readonly ParsedPage[]> {
  if (numbers.length === 0) return pages;
  const parser = new LiteParse({ ...settings, ...options, targetPages: numbers.join(",") });
  const { pages: again } = await parser.parse(file);
  const byNumber = new Map(again.map((page) => [page.pageNum, page]));
  return pages.map((page) => byNumber.get(page.pageNum) ?? page);
}

class Pages {
  readonly #context: ReadContext;
  readonly #parts: string[] = [];
  readonly #marks: Mark[] = [];
  readonly #unreadable: number[] = [];
  #offset = 0;
  #done = 0;
  #total = 0;
  #title: string | undefined;

  constructor(context: ReadContext) {
    this.#context = context;
  }

  add(pages: readonly ParsedPage[], total: number, failed: readonly number[]): void {
    const { bounds } = this.#context;
    this.#total = Math.max(this.#total, total);
    hold(this.#total, bounds.maxPages, "pages");
    append(this.#unreadable, failed);
    const bodySize = bodySizeOf(pages);
    for (const page of pages) {
      const written = hasTextLost(page) ? "" : pageMarkdown(page, bodySize, bounds);
      this.#done += 1;
      if (isUnreadable(page, written)) this.#unreadable.push(page.pageNum);
      if (written === "") continue;
      this.#title ??= /^#{1,2} (.+)$/mu.exec(written)?.[1];
      this.#marks.push({ offset: this.#offset, page: page.pageNum });
      this.#parts.push(written, "\n\n");
      this.#offset += written.length + 2;
      hold(this.#offset, bounds.maxOutputChars, "characters of text");
    }
    this.#context.progress(this.#done, this.#total);
  }

  /** @throws NoTextError, EmptyDocumentError when no page has text. */
  reading(): Reading {
    if (this.#parts.length === 0 && this.#unreadable.length > 0) {
      throw new NoTextError(
        `None of the ${this.#total} pages holds text: they are pictures, as a scanner makes them, or their fonts do not say which letters they draw. Run text recognition (OCR) on the file and send the result.`,
      );
    }
    if (this.#parts.length === 0)
      throw new EmptyDocumentError("All pages are blank. Send a document that has content.");
    return {
      markdown: this.#parts.join("").trimEnd() + "\n",
      title: this.#title,
      marks: this.#marks,
      pageCount: this.#total,
      unreadablePages: this.#unreadable.toSorted((one, other) => one - other),
    };
  }
}

function refusal(error: unknown): unknown {
  const reason = error instanceof Error ? error.message : String(error);
  if (/password|encrypt|security handler/iu.test(reason)) {
    return new EncryptedDocumentError(
      "The PDF asks for a password. Remove it and send the file again.",
    );
  }
  // Errors of ours pass; the library's are plain errors.
  if (error instanceof Error && error.name !== "Error") return error;
  return new DamagedDocumentError(
    `The PDF cannot be opened: ${reason.split("\n")[0]}. Send the whole file, or print it to a new PDF.`,
  );
}
