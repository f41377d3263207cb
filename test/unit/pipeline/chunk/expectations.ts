import { countTokens } from "gpt-tokenizer/encoding/cl100k_base";
import { expect } from "vitest";
import { split } from "../../../../lambdas/pipeline/chunk/split.ts";
import { hasVisibleText } from "../../../../lambdas/platform/visible-text.ts";
import {
  type Chunk,
  type ChunkingOptions,
  modelInput,
} from "../../../../lambdas/records/jobs/chunk.ts";

export const chunking = (given: Partial<ChunkingOptions> = {}): ChunkingOptions => ({
  strategy: "markdown",
  maxTokens: 512,
  overlapTokens: 64,
  ...given,
});

/** By the tokenizer itself; chunks of the longest runs without a break are too slow for it. */
export const tokensOf = (text: string): number =>
  countTokens(text, { disallowedSpecial: new Set() });

/** Splits, and holds the chunks to all that is promised of any text without blobs. */
export function expectChunks(
  text: string,
  options: ChunkingOptions = chunking(),
  count: (text: string) => number = tokensOf,
): readonly Chunk[] {
  const chunks = [...split(text, options)];
  expect(lost(text, chunks)).toEqual([]);
  for (const [index, chunk] of chunks.entries()) {
    expect(chunk.index).toBe(index);
    expect(chunk.text).toBe(text.slice(chunk.start, chunk.end));
    expect(hasVisibleText(chunk.text)).toBe(true);
    expect(chunk.tokens).toBeLessThanOrEqual(options.maxTokens);
    expect(count(modelInput(chunk))).toBeLessThanOrEqual(options.maxTokens);
    for (const at of [chunk.start, chunk.end]) expect(isInsidePair(text, at)).toBe(false);
    const before = chunks[index - 1];
    if (before !== undefined) expect(chunk.start).toBeGreaterThan(before.start);
  }
  return chunks;
}

/** What can be seen of a text and is in none of its chunks. */
export function lost(text: string, chunks: readonly Chunk[]): readonly string[] {
  const ends = [0, ...chunks.map(({ end }) => end)];
  const starts = [...chunks.map(({ start }) => start), text.length];
  const gaps = starts.map((start, index) => text.slice(ends[index], start));
  return gaps.filter(hasVisibleText);
}

function isInsidePair(text: string, offset: number): boolean {
  return offset > 0 && (text.codePointAt(offset - 1) ?? 0) > 0xff_ff;
}
