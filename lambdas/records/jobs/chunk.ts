/** Chunks, and what is known of one. */

import type { ChunkMetadata } from "../../contract/metadata.ts";
import type { chunkingStrategies } from "../../contract/vocabulary.ts";
import type { SourcePlaces } from "./source-places.ts";

export interface ChunkingOptions {
  readonly strategy: (typeof chunkingStrategies)[number];
  /** Upper bound of a chunk's length in tokens, 64–2048. @default 512 */
  readonly maxTokens: number;
  /** Tokens repeated from the chunk before, at most a half of `maxTokens`. @default 64 */
  readonly overlapTokens: number;
}

export interface Chunk {
  readonly index: number;
  /**
   * UTF-16 offsets into the document: `text` is `document.slice(start, end)`, in which a mark
   * stands for each data URI's payload and other blob.
   */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /**
   * Lines that stand further up and that the text's beginning needs to be read: the header of the
   * table, or the first line of the fence, that the chunk goes on with.
   */
  readonly context?: string;
  /** Of {@link modelInput}. */
  readonly tokens: number;
  /**
   * Titles of the headings above the chunk, outermost first, and of those within its text. Not
   * part of its cache key.
   */
  readonly headings: readonly string[];
  /**
   * Title and headings in one line, which is embedded and indexed before the text but is not part
   * of it. Missing where the deployment turns it off, or there are none.
   */
  readonly path?: string;
  /** Where the text stands in the file that was sent, for formats that have pages, sheets and so on. */
  readonly places?: SourcePlaces;
}

/** What models read of a chunk. Answers are kept under it, because they depend on all of it. */
export function modelInput({ text, context }: Pick<Chunk, "text" | "context">): string {
  return context === undefined ? text : `${context}\n${text}`;
}

/** What stands before a chunk's text where it is embedded and indexed; empty if nothing does. */
export function contextOf({ path, context }: Pick<Chunk, "path" | "context">): string {
  return `${path === undefined ? "" : `${path}\n\n`}${context === undefined ? "" : `${context}\n`}`;
}

/** The {@link Chunk.context} in what {@link contextOf} made; the path before it is one line. */
export function openingOf(before: string): string | undefined {
  const opening = before.slice(before.lastIndexOf("\n\n") + 1).trim();
  return opening === "" ? undefined : opening;
}

/** What is embedded of a chunk. Its vector is kept under it, because it depends on all of it. */
export function embeddingInput(chunk: Pick<Chunk, "text" | "path" | "context">): string {
  return contextOf(chunk) + chunk.text;
}

/** One chunk's outcome of the metadata stage; its index alone where no metadata is wanted. */
export type DescribedChunk =
  | { readonly index: number }
  | {
      readonly index: number;
      readonly metadata: ChunkMetadata;
      /** It describes the whole document. */
      readonly ofDocument?: true;
    }
  | {
      readonly index: number;
      readonly failure: { readonly code: string; readonly message: string };
    };
