/** One document of {@link samples}; prints what it took as JSON. */

import { maxChunks } from "../../../lambdas/contract/limits.ts";
import { split } from "../../../lambdas/pipeline/chunk/split.ts";
import { defaultBounds } from "../../../lambdas/pipeline/extract/bounds.ts";
import { ExtractError } from "../../../lambdas/pipeline/extract/errors.ts";
import { readDocument } from "../../../lambdas/pipeline/extract/read.ts";
import { type Measured, samples } from "./samples.ts";

const sample = samples[process.argv[2] ?? ""];
if (sample === undefined) throw new Error(`Name one of: ${Object.keys(samples).join(", ")}`);
const bytes = sample.make();
const declared = { filename: sample.filename };

async function measured(): Promise<Measured> {
  const begun = performance.now();
  try {
    const { markdown } = await readDocument(bytes, declared, {
      bounds: defaultBounds,
      progress: () => undefined,
    });
    const readMs = performance.now() - begun;
    const peakBytes = process.resourceUsage().maxRSS * 1_024;
    const overMs = readMs > defaultBounds.deadlineMs;
    const outcome = overMs ? "over the deadline: extraction_timeout" : undefined;
    const cutAt = performance.now();
    const options = { strategy: "markdown", maxTokens: 512, overlapTokens: 64 } as const;
    const chunks = split(markdown, options)[Symbol.iterator]();
    let count = 0;
    while (count <= maxChunks && chunks.next().done !== true) count += 1;
    return {
      sizeBytes: bytes.length,
      readMs,
      peakBytes,
      cutMs: performance.now() - cutAt,
      outcome:
        outcome ??
        (count > maxChunks ? `over ${maxChunks} chunks: document_too_large` : `${count} chunks`),
    };
  } catch (error) {
    if (!(error instanceof ExtractError)) throw error;
    return {
      sizeBytes: bytes.length,
      readMs: performance.now() - begun,
      peakBytes: process.resourceUsage().maxRSS * 1_024,
      outcome: error.code,
    };
  }
}

console.log(JSON.stringify(await measured()));
