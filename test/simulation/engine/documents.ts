/** What is submitted, how it is split, and what models make of it. */

import type { ChunkMetadata } from "../../../lambdas/contract/metadata.ts";
import type { BatchStage, Dependency } from "../../../lambdas/contract/vocabulary.ts";
import type { ReadFile } from "../../../lambdas/pipeline/extract/extract-job.ts";
import { readPlain } from "../../../lambdas/pipeline/extract/plain.ts";
import type { Chunk } from "../../../lambdas/records/jobs/chunk.ts";

export interface SimulatedDocument {
  /** Which document; submissions of one number are its versions. */
  readonly document: number;
  /** Equal variants have equal text; some passages differ between variants. */
  readonly variant: number;
  readonly passages: number;
  /** A passage that a model refuses for good. */
  readonly refusedBy: "nobody" | "llm" | "embeddings";
  /** What the language model does with the last passage, each time. */
  readonly hopeless?: "nothing" | "hangs" | "unusable";
}

export const refusedText = { llm: "indescribable", embeddings: "unembeddable" } as const;

/** By the mark in a passage. */
export const hopelessText = { hangs: "unanswerable", unusable: "unspeakable" } as const;

export const documentIdOf = ({ document }: Pick<SimulatedDocument, "document">) =>
  `document-${document}`;

export function textOf(one: SimulatedDocument): string {
  const { document, variant, passages, refusedBy, hopeless = "nothing" } = one;
  const last = hopeless === "nothing" ? "" : ` ${hopelessText[hopeless]}`;
  return Array.from({ length: passages }, (_, index) => {
    const mark = index === 0 && refusedBy !== "nobody" ? ` ${refusedText[refusedBy]}` : "";
    // Every second passage is the same in all variants: its answer is already known.
    return `passage ${index} of document ${document}${index % 2 === 0 ? ` as ${variant}` : ""}${mark}${index === passages - 1 ? last : ""}`;
  }).join("\n");
}

export const read: ReadFile = async (bytes, declared) => {
  const reading = readPlain(bytes, declared);
  if (reading === undefined) throw new Error("Only texts are simulated.");
  return reading;
};

/** A line is a chunk. */
export function split(text: string): Chunk[] {
  let start = 0;
  return text.split("\n").map((line, index) => {
    const chunk = { index, start, end: start + line.length, text: line, tokens: 8, headings: [] };
    start += line.length + 1;
    return chunk;
  });
}

/** Says which text it is of, so that a mix-up shows. */
export function metadataOf(text: string): ChunkMetadata {
  return { title: text, summary: "", keywords: [], entities: [], language: "en" };
}

export function vectorOf(text: string): Float32Array {
  let hash = 7;
  for (let i = 0; i < text.length; i++) hash = (hash * 31 + text.charCodeAt(i)) % 65_521;
  return Float32Array.of(hash, text.length);
}

/** Who serves a stage. */
export function dependencyOf(stage: BatchStage): Dependency {
  return stage === "metadata" ? "llm" : "embeddings";
}

/** Every third document is another tenant's. */
export function tenantOf({ document }: Pick<SimulatedDocument, "document">): string {
  return document % 3 === 2 ? "globex" : "acme";
}
