import type { Clock } from "../../platform/clock.ts";
import type { ModelIdentity } from "../../records/answers/answer-key.ts";
import type { AnswerStore } from "../../records/answers/answer-store.ts";
import type { Erasure, Erasures } from "../../records/erasures/erasures.ts";
import { batchCount } from "../../records/jobs/batching.ts";
import { type Chunk, embeddingInput } from "../../records/jobs/chunk.ts";
import type { Job } from "../../records/jobs/job.ts";
import type { JobStore } from "../../records/jobs/job-store.ts";
import { objectKeys } from "../../records/objects/object-keys.ts";
import { ObjectMissingError, type ObjectStore } from "../../records/objects/objects.ts";
import { descriptionAddress, opening, vectorAddress } from "../answer-addresses.ts";
import { decodeChunks } from "../batches.ts";

export interface ErasePorts {
  readonly erasures: Erasures;
  readonly jobs: JobStore;
  readonly objects: ObjectStore;
  readonly answers: AnswerStore;
  readonly clock: Clock;
}

export interface EraseSettings {
  /** Answers of other models than these expire by themselves. */
  readonly llm: ModelIdentity;
  readonly embeddings: ModelIdentity;
}

/** Documents of one run; the next run continues. */
const maxDocuments = 100;
const jobsPerPage = 25;
/** The listing of jobs may lag behind, so a document counts as erased only this long after its removal. */
const settleMs = 5 * 60_000;

/**
 * Erases what removed documents leave behind: the jobs with their texts, files and batches, and the
 * cached answers about their chunks. A chunk that another document has too is paid for again when
 * that document is sent the next time.
 * @returns how many documents have nothing left
 */
export async function erase(
  untilMs: number,
  ports: ErasePorts,
  settings: EraseSettings,
): Promise<{ readonly erased: number; readonly pending: number }> {
  const { erasures, clock } = ports;
  const pending = await erasures.pending(maxDocuments);
  let erased = 0;
  for (const erasure of pending) {
    if (clock.now() >= untilMs) break;
    const nothingLeft = await eraseDocument(erasure, untilMs, ports, settings);
    if (!nothingLeft || clock.now() < erasure.askedAtMs + settleMs) continue;
    await erasures.done(erasure);
    erased += 1;
  }
  return { erased, pending: pending.length - erased };
}

/** @returns false if a job has not ended yet, or time was short */
async function eraseDocument(
  { tenant, documentId, version }: Erasure,
  untilMs: number,
  ports: ErasePorts,
  settings: EraseSettings,
): Promise<boolean> {
  let nothingLeft = true;
  let cursor: string | undefined;
  do {
    const page = await ports.jobs.list({
      tenant,
      documentId,
      limit: jobsPerPage,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const job of page.jobs.filter(({ documentVersion }) => documentVersion < version)) {
      if (ports.clock.now() >= untilMs) return false;
      // One that runs is superseded by the removal and ends soon. An end must be announced first.
      if (!job.announced) nothingLeft = false;
      else await eraseJob(job, ports, settings);
    }
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return nothingLeft;
}

/** The answers first: their addresses follow from the chunks. */
async function eraseJob(job: Job, ports: ErasePorts, settings: EraseSettings): Promise<void> {
  const { chunkCount = 0, batchSize = 1 } = job.chunking ?? {};
  for (let batch = 0; batch < batchCount(chunkCount, batchSize); batch += 1) {
    const chunks = await chunksOf(job, batch, ports.objects);
    await ports.answers.removeAll(addressesOf(job, batch, chunks, settings));
  }
  await ports.objects.removeAll(objectKeys(job.jobId).prefix);
  await ports.jobs.remove(job);
}

async function chunksOf(
  { jobId }: Job,
  batch: number,
  objects: ObjectStore,
): Promise<readonly Chunk[]> {
  try {
    return decodeChunks(await objects.get(objectKeys(jobId).chunks(batch)));
  } catch (error) {
    // An earlier run came as far as this.
    if (error instanceof ObjectMissingError) return [];
    throw error;
  }
}

/** Of the descriptions and vectors of a batch's chunks, and of the description of the document as a whole. */
function addressesOf(
  { tenant, options }: Job,
  batch: number,
  chunks: readonly Chunk[],
  { llm, embeddings }: EraseSettings,
): string[] {
  const { schema } = options.metadata;
  const described = batch === 0 && chunks.length > 0 ? [...chunks, opening(chunks)] : chunks;
  return [
    ...described.map((chunk) => descriptionAddress(tenant, llm, schema, chunk)),
    ...chunks.map((chunk) => vectorAddress(tenant, embeddings, embeddingInput(chunk))),
  ];
}
