import { countTokens } from "gpt-tokenizer/encoding/cl100k_base";
import { expect } from "vitest";
import { split } from "../../../../lambdas/pipeline/chunk/split.ts";
import type { Chunk, ChunkingOptions } from "../../../../lambdas/records/jobs/chunk.ts";

export const chunking = (given: Partial<ChunkingOptions> = {}): ChunkingOptions => ({
  strategy: "markdown",
  maxTokens: 512,
  overlapTokens: 64,
  ...given,
});

/** By the tokenizer itself; chunks of the longest runs without a break are too slow for it. */
export const tokensOf = (text: string): number =>
  countTokens(text, { disallowedSpecial: new Set() });

/** Splits, and holds the chunks to all that is promised of any text. */
export function expectChunks(
  text: string,
  options: ChunkingOptions = chunking(),
  count: (text: string) => number = tokensOf,
): readonly Chunk[] {
  const chunks = [...split(text, options)];
  expect(rejoined(chunks)).toBe(text);
  for (const [index, chunk] of chunks.entries()) {
    expect(chunk.index).toBe(index);
    expect(chunk.text).toBe(text.slice(chunk.start, chunk.end));
    expect(chunk.tokens).toBeLessThanOrEqual(options.maxTokens);
    expect(count(chunk.text)).toBeLessThanOrEqual(options.maxTokens);
    for (const at of [chunk.start, chunk.end]) expect(isInsidePair(text, at)).toBe(false);
    const before = chunks[index - 1];
    if (before !== undefined) expect(chunk.start).toBeGreaterThan(before.start);
  }
  return chunks;
}

/** The chunks' texts without what each repeats of the one before. */
function rejoined(chunks: readonly Chunk[]): string {
  let text = "";
  for (const chunk of chunks) {
    if (chunk.start > text.length) throw new Error(`Lost: ${text.length} to ${chunk.start}.`);
    text += chunk.text.slice(text.length - chunk.start);
  }
  return text;
}

function isInsidePair(text: string, offset: number): boolean {
  return offset > 0 && (text.codePointAt(offset - 1) ?? 0) > 0xff_ff;
}
