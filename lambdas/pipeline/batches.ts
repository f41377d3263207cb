/** How batches lie in the object store. */
import type { BatchStage } from "../contract/vocabulary.ts";
import type { BatchTask } from "../records/jobs/attempt.ts";
import type { Chunk, DescribedChunk } from "../records/jobs/chunk.ts";
import type { SourceMark } from "../records/jobs/source-places.ts";

export function decodeText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}

/** Where the parts of a text come from, as extract wrote it; not validated again. */
export function decodeMarks(bytes: Uint8Array): readonly SourceMark[] {
  return (JSON.parse(decodeText(bytes)) as { marks: readonly SourceMark[] }).marks;
}

/** A batch that chunk wrote; not validated again. */
export function decodeChunks(bytes: Uint8Array): Chunk[] {
  return JSON.parse(decodeText(bytes)) as Chunk[];
}

/** A batch that metadata wrote; not validated again. */
export function decodeDescribed(bytes: Uint8Array): DescribedChunk[] {
  return JSON.parse(decodeText(bytes)) as DescribedChunk[];
}

/** Vectors of one batch, one after another, little-endian Float32. */
export function encodeVectors(vectors: readonly Float32Array[]): Uint8Array {
  const bytes = new Uint8Array(vectors.reduce((sum, vector) => sum + vector.byteLength, 0));
  let offset = 0;
  for (const vector of vectors) {
    bytes.set(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength), offset);
    offset += vector.byteLength;
  }
  return bytes;
}

export function decodeVectors(bytes: Uint8Array, count: number): Float32Array[] {
  // A view needs 4-byte alignment, which a slice of a network buffer need not have.
  const values = new Float32Array(bytes.slice().buffer);
  const dimensions = values.length / count;
  return Array.from({ length: count }, (_, i) =>
    values.slice(i * dimensions, (i + 1) * dimensions),
  );
}

/** Correlates logs and provider calls with a batch. */
export function correlationId(task: BatchTask, stage: BatchStage): string {
  return `${task.jobId}-${task.attempt}-${stage}-${task.batch}`;
}
