/** Chunks, and what is known of one. */

import type { ChunkMetadata } from "../../contract/metadata.ts";
import type { chunkingStrategies } from "../../contract/vocabulary.ts";

export interface ChunkingOptions {
  readonly strategy: (typeof chunkingStrategies)[number];
  /** Upper bound of a chunk's length in tokens, 64–2048. @default 512 */
  readonly maxTokens: number;
  /** Tokens repeated from the chunk before, at most a half of `maxTokens`. @default 64 */
  readonly overlapTokens: number;
}

export interface Chunk {
  readonly index: number;
  /** UTF-16 offsets into the document: `text.slice(start, end)` is the chunk. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly tokens: number;
  /** Titles of the headings above the chunk, outermost first. Not part of its cache key. */
  readonly headings: readonly string[];
}

/** One chunk's outcome of the metadata stage. */
export type DescribedChunk =
  | { readonly index: number; readonly metadata: ChunkMetadata }
  | {
      readonly index: number;
      readonly failure: { readonly code: string; readonly message: string };
    };
