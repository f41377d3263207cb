import { DocumentOverBoundsError } from "./errors.ts";

/** How much of a document is read, and what reading it may take. */
export interface Bounds {
  /** Largest file. */
  readonly maxInputBytes: number;
  /** Pages of a PDF, slides of a presentation. */
  readonly maxPages: number;
  /** Length of the Markdown, in UTF-16 units. */
  readonly maxOutputChars: number;
  /** Elements within each other in XML, values within each other in JSON. */
  readonly maxNesting: number;
  /** All that is unpacked from one archive. */
  readonly maxArchiveBytes: number;
  /** One unpacked part that has to stand in memory as a whole. */
  readonly maxPartBytes: number;
  readonly maxArchiveEntries: number;
  /** Cells of all tables, those that a span or a repetition makes included. */
  readonly maxCells: number;
  /** Columns of one table. */
  readonly maxColumns: number;
  /** Attachments of one mail, those that become no documents included. */
  readonly maxAttachments: number;
  /** Time for one document, in milliseconds. */
  readonly deadlineMs: number;
  /** Heap of the parser's process, in MiB. */
  readonly maxHeapMiB: number;
  /** Resident memory of the parser's process, native code included, in MiB. */
  readonly maxMemoryMiB: number;
}

const mebibyte = 1024 * 1024;

export const defaultBounds: Bounds = {
  maxInputBytes: 50 * mebibyte,
  maxPages: 2_000,
  maxOutputChars: 64 * mebibyte,
  maxNesting: 256,
  maxArchiveBytes: 512 * mebibyte,
  maxPartBytes: 64 * mebibyte,
  maxArchiveEntries: 10_000,
  maxCells: 2_000_000,
  maxColumns: 2_000,
  maxAttachments: 300,
  deadlineMs: 55_000,
  maxHeapMiB: 1_024,
  maxMemoryMiB: 1_536,
};

/** @throws DocumentOverBoundsError when `actual` is more than `allowed`. */
export function hold(actual: number, allowed: number, what: string): void {
  if (actual <= allowed) return;
  throw new DocumentOverBoundsError(
    `The document has more than ${allowed.toLocaleString("en-US")} ${what}. Split it and send the parts.`,
  );
}
