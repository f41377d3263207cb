/** Brings a job's batches together: what the two branches wrote, chunk by chunk. */

import { ProviderMisconfiguredError } from "../../models/errors.ts";
import { attemptId } from "../../records/jobs/attempt.ts";
import { batchCount } from "../../records/jobs/batching.ts";
import { contextOf, type DescribedChunk } from "../../records/jobs/chunk.ts";
import type { FailedChunk, RunningJob } from "../../records/jobs/job.ts";
import { objectKeys } from "../../records/objects/object-keys.ts";
import { ObjectMissingError, type ObjectStore } from "../../records/objects/objects.ts";
import type { ChunkRow } from "../../vectors/vector-store.ts";
import { decodeChunks, decodeVectors } from "../batches.ts";
import { readDescribed } from "../described-batches.ts";

export interface Rows {
  readonly rows: readonly ChunkRow[];
  /** Chunks whose metadata the provider refused; they are among the rows, without it. */
  readonly failed: readonly FailedChunk[];
  readonly embeddingModel: string;
  readonly dimensions: number;
}

export async function readRows(job: RunningJob, objects: ObjectStore): Promise<Rows> {
  if (job.chunking === undefined) throw new Error(`storage: ${attemptId(job)} was not chunked.`);
  const { chunkCount, batchSize, embeddingModel } = job.chunking;
  const batches = Array.from({ length: batchCount(chunkCount, batchSize) }, (_, batch) => batch);
  const parts = await Promise.all(batches.map((batch) => readBatch(job, batch, objects)));
  const ofDocument = parts.map((part) => part.ofDocument).find((one) => one !== undefined);
  const rows = parts
    .flatMap((part) => part.rows)
    .map((row) => (ofDocument === undefined ? row : { metadata: ofDocument, ...row }));
  assertOneLength(rows);
  return {
    rows,
    failed: parts.flatMap((part) => part.failed),
    embeddingModel,
    dimensions: rows[0]?.vector.length ?? 0,
  };
}

/** Two functions may have asked an endpoint behind which two models answer. */
function assertOneLength(rows: readonly ChunkRow[]): void {
  const lengths = [...new Set(rows.map(({ vector }) => vector.length))];
  if (lengths.length < 2) return;
  throw new ProviderMisconfiguredError(
    `embeddings: The document's vectors have ${lengths.join(" and ")} dimensions: more than one model answers at SLUICE_EMBEDDINGS_BASE_URL. Set SLUICE_EMBEDDINGS_DIMENSIONS to the length you want, deploy, and send the document again.`,
  );
}

async function readBatch(job: RunningJob, batch: number, objects: ObjectStore) {
  const keys = objectKeys(job.jobId);
  const { jobId, attempt } = job;
  const [chunkBytes, outcomesOfBatch, vectorBytes] = await Promise.all([
    objects.get(keys.chunks(batch)),
    readDescribed({ jobId, attempt, batch }, objects),
    objects.get(keys.vectors(batch)),
  ]);
  if (outcomesOfBatch === undefined) throw new ObjectMissingError(keys.described(batch, attempt));
  const chunks = decodeChunks(chunkBytes);
  const described = new Map(outcomesOfBatch.chunks.map((chunk) => [chunk.index, chunk]));
  const vectors = decodeVectors(vectorBytes, chunks.length);
  const rows = chunks.map((chunk, i): ChunkRow => {
    const { index, start, end, text, headings } = chunk;
    const outcome = described.get(index);
    const vector = vectors[i];
    if (outcome === undefined || vector === undefined) {
      throw new Error(`storage: Metadata or vector of chunk ${index} is missing.`);
    }
    const metadata = "metadata" in outcome ? { metadata: outcome.metadata } : {};
    const places = chunk.places === undefined ? {} : { places: chunk.places };
    const row = { index, start, end, text, headings, context: contextOf(chunk), vector };
    return { ...row, ...places, ...metadata };
  });
  const outcomes = [...described.values()];
  const whole = outcomes.find((outcome) => "ofDocument" in outcome && outcome.ofDocument);
  return {
    rows,
    failed: outcomes.flatMap(failureOf),
    ofDocument: whole !== undefined && "metadata" in whole ? whole.metadata : undefined,
  };
}

function failureOf(chunk: DescribedChunk): FailedChunk[] {
  return "failure" in chunk ? [{ index: chunk.index, ...chunk.failure }] : [];
}
