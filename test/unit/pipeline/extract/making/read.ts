import { type Bounds, defaultBounds } from "../../../../../lambdas/pipeline/extract/bounds.ts";
import type { Declared } from "../../../../../lambdas/pipeline/extract/extraction.ts";
import { type ReadDocument, readDocument } from "../../../../../lambdas/pipeline/extract/read.ts";

/** Reads in this process, which documents of a test may do. */
export function read(
  input: string | Uint8Array,
  declared: Declared | string = {},
  bounds: Partial<Bounds> = {},
): Promise<ReadDocument> {
  const bytes = typeof input === "string" ? new TextEncoder().encode(input) : input;
  return readDocument(bytes, typeof declared === "string" ? { filename: declared } : declared, {
    bounds: { ...defaultBounds, ...bounds },
    progress: () => undefined,
  });
}

export async function markdownOf(
  input: string | Uint8Array,
  declared?: Declared | string,
): Promise<string> {
  return (await read(input, declared)).markdown;
}
