import { describe, expect, test } from "vitest";
import { split } from "../../../../lambdas/pipeline/chunk/split.ts";
import type { ChunkingOptions } from "../../../../lambdas/records/jobs/chunk.ts";
import { chunking } from "./expectations.ts";
import { Prose } from "./prose.ts";

/** How many chunks are new after each of 100 edits of one document, and how full its chunks are. */
function afterEdits(seed: number, paragraphs: number, headed: boolean, options: ChunkingOptions) {
  const chunksOf = (blocks: readonly string[]) => [...split(blocks.join("\n\n"), options)];
  const prose = new Prose(seed);
  const blocks = prose.document(paragraphs, headed);
  const chunks = chunksOf(blocks);
  const known = new Set(chunks.map(({ text }) => text));
  const recomputed = Array.from(
    { length: 100 },
    () => chunksOf(prose.edited(blocks)).filter(({ text }) => !known.has(text)).length,
  );
  const tokens = chunks.reduce((sum, chunk) => sum + chunk.tokens, 0);
  return { recomputed, count: chunks.length, fill: tokens / chunks.length / options.maxTokens };
}

describe("after an edit of one paragraph in about 50 chunks, at most 3 are new in 95 of 100", () => {
  const plain = { strategy: "recursive" } as const;
  test.each([
    ["Markdown with headings", 150, true, chunking()],
    ["Markdown with headings, small chunks", 75, true, chunking({ maxTokens: 256 })],
    ["plain text", 160, false, chunking(plain)],
    ["plain text, small chunks", 75, false, chunking({ ...plain, maxTokens: 256 })],
    ["plain text without overlap", 180, false, chunking({ ...plain, overlapTokens: 0 })],
  ])("%s", (_, paragraphs, headed, options) => {
    const { recomputed, count, fill } = afterEdits(1, paragraphs, headed, options);
    expect(recomputed.filter((chunks) => chunks <= 3).length).toBeGreaterThanOrEqual(95);
    expect(Math.max(...recomputed)).toBeGreaterThan(0);
    expect(count).toBeGreaterThan(40);
    expect(count).toBeLessThan(70);
    expect(fill).toBeGreaterThan(0.55);
  });
});
