import type { Bounds } from "./bounds.ts";

/** Where the text from `offset` on comes from, up to the next mark. */
export type Mark =
  | { readonly offset: number; readonly page: number }
  | { readonly offset: number; readonly slide: number }
  | { readonly offset: number; readonly sheet: string }
  | { readonly offset: number; readonly record: number }
  | { readonly offset: number; readonly chapter: string };

/** A place, without where its text begins. */
export type Place = Mark extends infer One
  ? One extends unknown
    ? Omit<One, "offset">
    : never
  : never;

/** A file within the document (mail), to be ingested as a document of its own. */
export interface Attachment {
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** What a reader makes of a document. */
export interface Reading {
  readonly markdown: string;
  readonly title?: string | undefined;
  /** In order of their offsets, UTF-16 units into `markdown`. */
  readonly marks: readonly Mark[];
  readonly pageCount?: number;
  /** Pages (from 1) that show something but hold no text. */
  readonly unreadablePages?: readonly number[];
  readonly attachments?: readonly Attachment[];
}

/** What the sender says about the file. */
export interface Declared {
  readonly contentType?: string | undefined;
  readonly filename?: string | undefined;
}

export interface Source {
  readonly bytes: Uint8Array;
  /** Of a text, as its sender declared it. */
  readonly charset?: string | undefined;
}

export interface ReadContext {
  readonly bounds: Bounds;
  /** Pages, slides or sheets done of all; `total` is absent where the format does not tell. */
  progress(done: number, total?: number): void;
}

/**
 * Reads one format.
 * @throws ExtractError for what cannot be read.
 */
export type Reader = (source: Source, context: ReadContext) => Reading | Promise<Reading>;
