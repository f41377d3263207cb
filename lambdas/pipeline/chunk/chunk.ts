import { maxChunks } from "../../contract/limits.ts";
import type { DocumentStore } from "../../records/documents/document-store.ts";
import type { Attempt } from "../../records/jobs/attempt.ts";
import { batchCount, batchSize } from "../../records/jobs/batching.ts";
import type { Chunk, ChunkingOptions } from "../../records/jobs/chunk.ts";
import {
  assertRunning,
  type Chunking,
  chunkingOptionsOf,
  type Extraction,
  type Job,
  type RunningJob,
  unreadOf,
} from "../../records/jobs/job.ts";
import type { JobStore } from "../../records/jobs/job-store.ts";
import { placesOf, type SourceMark } from "../../records/jobs/source-places.ts";
import { objectKeys } from "../../records/objects/object-keys.ts";
import { ObjectMissingError, type ObjectStore } from "../../records/objects/objects.ts";
import type { StoredRows } from "../../vectors/stored-rows/stored-rows.ts";
import { decodeMarks, decodeText } from "../batches.ts";
import { isToRepeat } from "../described-batches.ts";
import { DocumentTooLargeError, InvalidDocumentError } from "./errors.ts";
import { pathOf } from "./path.ts";

export interface ChunkPorts {
  readonly jobs: JobStore;
  readonly documents: DocumentStore;
  readonly objects: ObjectStore;
  readonly rows: StoredRows;
}

export interface ChunkSettings {
  readonly embeddingModel: string;
  /** Whether title and headings are embedded and indexed before each chunk's text. @default false */
  readonly chunkContext?: boolean;
}

/** What is left to do; the state machine maps over the two lists. */
export interface ChunkOutput {
  /** The document is stored as it is: nothing is left to do. */
  readonly unchanged: boolean;
  readonly metadataBatches: readonly number[];
  readonly embeddingsBatches: readonly number[];
}

/** Gives chunks as it finds them, so that a text with too many is given up early. */
export type Splitter = (text: string, options: ChunkingOptions) => Iterable<Chunk>;

/**
 * Cuts the document into chunks and batches, once: a later attempt finds them
 * and gets the batches that are still to do, and those with chunks that got no metadata.
 * @throws JobCancelledError, DocumentTooLargeError, InvalidDocumentError if nothing of it can be seen
 */
export async function chunk(
  attempt: Attempt,
  ports: ChunkPorts,
  split: Splitter,
  { embeddingModel, chunkContext = false }: ChunkSettings,
): Promise<ChunkOutput> {
  const job = await ports.jobs.read(attempt.jobId);
  assertRunning(job, attempt);
  // A try that was cut short after the unchanged document was confirmed.
  if (job.stored !== undefined) return nothingLeft;
  const mayBeUnchanged = job.chunking === undefined && job.options.force !== true;
  if (mayBeUnchanged && (await isUnchanged(job, ports))) return nothingLeft;
  const cutting = job.chunking ?? (await cut(job, ports, split, chunkContext));
  // A model that was replaced between two attempts counts, unless vectors of the one before are
  // there already: embed refuses to mix them.
  const kept = job.embeddingsDone.size > 0 ? job.chunking : undefined;
  const chunking = kept ?? { ...cutting, embeddingModel };
  await ports.jobs.recordChunking(attempt, chunking);
  return remaining(job, chunking, ports.objects);
}

const nothingLeft: ChunkOutput = { unchanged: true, metadataBatches: [], embeddingsBatches: [] };

async function remaining(
  job: RunningJob,
  { chunkCount, batchSize: size }: Cutting,
  objects: ObjectStore,
): Promise<ChunkOutput> {
  const { jobId, attempt, metadataDone, embeddingsDone } = job;
  const batches = Array.from({ length: batchCount(chunkCount, size) }, (_, batch) => batch);
  const toDescribe = await Promise.all(
    batches.map(
      async (batch) =>
        !metadataDone.has(batch) || (await isToRepeat({ jobId, attempt, batch }, objects)),
    ),
  );
  return {
    unchanged: false,
    metadataBatches: batches.filter((batch) => toDescribe[batch]),
    embeddingsBatches: batches.filter((batch) => !embeddingsDone.has(batch)),
  };
}

/**
 * Whether the same content under the same options and models is stored
 * already. To confirm it supersedes earlier versions that are in flight, so it
 * counts as a publish: a cancel must come before it or not at all. The result
 * is kept before the chunking: with it the job can end however this try does.
 */
async function isUnchanged(job: RunningJob, ports: ChunkPorts): Promise<boolean> {
  const known = await ports.documents.read(job);
  if (known === undefined || known.fingerprint !== job.fingerprint) return false;
  if (!(await ports.rows.areThere(job, known))) return false;
  await ports.jobs.beginPublishing(job);
  // If another version is published in this moment, the job goes on, and can no longer be cancelled.
  const stored = await ports.documents.confirmUnchanged(job, {
    version: job.documentVersion,
    fingerprint: job.fingerprint,
  });
  if (stored === undefined) return false;
  const { chunkCount, embeddingModel, dimensions, version: documentVersion } = stored;
  await ports.jobs.recordStored(job, {
    documentId: job.documentId,
    documentVersion,
    chunkCount,
    embeddingModel,
    dimensions,
    unchanged: true,
    superseded: false,
    ...unreadOf(extractionOf(job)),
    failedChunks: [],
    failedChunkCount: 0,
  });
  await ports.jobs.recordChunking(job, {
    chunkCount,
    batchSize: batchSize(chunkCount),
    embeddingModel,
  });
  return true;
}

/** @throws Error if the step before this one did not run */
function extractionOf({ jobId, extraction }: Job): Extraction {
  if (extraction === undefined) throw new Error(`chunking: Job ${jobId} was not extracted.`);
  return extraction;
}

type Cutting = Omit<Chunking, "embeddingModel">;

async function cut(
  job: RunningJob,
  ports: ChunkPorts,
  split: Splitter,
  chunkContext: boolean,
): Promise<Cutting> {
  const keys = objectKeys(job.jobId);
  const [text, marks] = await Promise.all([
    ports.objects.get(keys.text).then(decodeText),
    ports.objects.get(keys.places).then(decodeMarks).catch(noMarks),
  ]);
  const options = chunkingOptionsOf(job.options, extractionOf(job).contentType);
  const chunks: Chunk[] = [];
  for (const chunk of split(text, options)) {
    if (chunks.length === maxChunks) {
      const cutTo = { cutLength: chunk.start, length: text.length };
      throw new DocumentTooLargeError(tooLarge(cutTo, job.options.chunking.maxTokens));
    }
    const path = chunkContext ? pathOf(job.title, chunk.headings) : undefined;
    chunks.push({
      ...chunk,
      ...(path === undefined ? {} : { path }),
      ...(marks.length === 0 ? {} : { places: placesOf(marks, chunk.start, chunk.end) }),
    });
  }
  if (chunks.length === 0) {
    throw new InvalidDocumentError(
      "chunking: The document has no visible text. Send a document that contains text.",
    );
  }
  const size = batchSize(chunks.length);
  const batches = Array.from({ length: batchCount(chunks.length, size) }, (_, batch) =>
    chunks.slice(batch * size, (batch + 1) * size),
  );
  await Promise.all(
    batches.map((chunksOfBatch, batch) =>
      ports.objects.put(keys.chunks(batch), JSON.stringify(chunksOfBatch)),
    ),
  );
  return { chunkCount: chunks.length, batchSize: size };
}

/** `max_tokens` at most. */
const mostTokens = 2_048;
/** Chunks are not equally long in all parts of a document. */
const estimateError = 1.2;
/** Characters of a token, at least, in the languages of which most documents are. */
const charactersPerToken = 3;

/**
 * Advice that can work. The rest of the document is estimated from the part that was cut, because
 * cutting all of it could take minutes. Larger chunks help only if the chunks are as large as they
 * may be: each section of a Markdown document starts a new one.
 * @param cutTo characters that the first `maxChunks` chunks cover, and all characters
 */
export function tooLarge(
  { cutLength, length }: { readonly cutLength: number; readonly length: number },
  maxTokens: number,
): string {
  const total = (maxChunks * length) / Math.max(cutLength, 1);
  const isFull = cutLength / maxChunks > (maxTokens * charactersPerToken) / 2;
  const fewest = isFull ? (total * maxTokens) / mostTokens : total;
  const limit = `${whole(maxChunks)} is the limit`;
  if (fewest < total && fewest * estimateError < maxChunks) {
    return `chunking: The document has about ${whole(total)} chunks at ${maxTokens} tokens; ${limit}. Raise max_tokens: at ${mostTokens} it has about ${whole(fewest)}.`;
  }
  const tokens = isFull ? mostTokens : maxTokens;
  const parts = Math.max(Math.ceil((fewest * estimateError) / maxChunks), 2);
  return `chunking: The document has about ${whole(fewest)} chunks at ${tokens} tokens; ${limit}. Split it into at least ${parts} documents.`;
}

/** Rounded up to hundreds, because it is an estimate. */
function whole(count: number): string {
  return (Math.ceil(count / 100) * 100).toLocaleString("en-US");
}

/** A job of before documents were extracted has a text, but no places. */
function noMarks(error: unknown): readonly SourceMark[] {
  if (error instanceof ObjectMissingError) return [];
  throw error;
}
