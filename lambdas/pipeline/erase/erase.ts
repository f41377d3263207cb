import pMap from "p-map";
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

/** Documents whose jobs are looked for in one listing. */
const documentsAtOnce = 100;
const jobsPerPage = 100;
/** Jobs whose objects and answers are deleted at the same time. */
const jobsAtOnce = 4;
/** The listing of jobs may lag behind, so a document counts as erased only this long after its removal. */
const settleMs = 5 * 60_000;

/**
 * Erases what removed documents leave behind: the jobs with their texts, files and batches, and the
 * cached answers about their chunks. A chunk that another document has too is paid for again when
 * that document is sent the next time.
 * @returns how many documents have nothing left
 * @throws AggregateError if documents could not be erased; the others were
 */
export async function erase(
  untilMs: number,
  ports: ErasePorts,
  settings: EraseSettings,
): Promise<{ readonly erased: number; readonly pending: number }> {
  const { erasures, clock } = ports;
  const counts = { erased: 0, pending: 0 };
  const failures: unknown[] = [];
  let after: Erasure | undefined;
  do {
    const page = await erasures.pending(documentsAtOnce, after);
    after = page.length < documentsAtOnce ? undefined : page.at(-1);
    for (const [tenant, own] of Map.groupBy(page, (erasure) => erasure.tenant)) {
      const left = await eraseDocuments(tenant, own, untilMs, ports, settings);
      failures.push(...left.failures);
      for (const erasure of own) {
        const isOver = left.complete && !left.documentIds.has(erasure.documentId);
        const isDone = isOver && clock.now() >= erasure.askedAtMs + settleMs;
        if (isDone) await erasures.done(erasure);
        counts[isDone ? "erased" : "pending"] += 1;
      }
    }
  } while (after !== undefined && clock.now() < untilMs);
  if (failures.length > 0) {
    throw new AggregateError(
      failures,
      `Jobs of removed documents that could not be erased: ${failures.length}. The first: ${String(failures[0])}`,
    );
  }
  return counts;
}

interface Left {
  /** Whether all jobs of the tenant were looked at. */
  readonly complete: boolean;
  /** Documents of which something is left. */
  readonly documentIds: ReadonlySet<string>;
  readonly failures: readonly unknown[];
}

/** One pass over the tenant's jobs for all of its documents: the listing reads every job of the tenant. */
async function eraseDocuments(
  tenant: string,
  erasures: readonly Erasure[],
  untilMs: number,
  ports: ErasePorts,
  settings: EraseSettings,
): Promise<Left> {
  const versions = new Map(erasures.map(({ documentId, version }) => [documentId, version]));
  const documentIds = new Set<string>();
  const failures: unknown[] = [];
  let cursor: string | undefined;
  do {
    if (ports.clock.now() >= untilMs) return { complete: false, documentIds, failures };
    const page = await ports.jobs.list({
      tenant,
      limit: jobsPerPage,
      ...(cursor === undefined ? {} : { cursor }),
    });
    const removed = page.jobs.filter(
      ({ documentId, documentVersion }) => documentVersion < (versions.get(documentId) ?? 0),
    );
    await pMap(
      removed,
      async (job) => {
        try {
          // One that runs is superseded by the removal and ends soon. An end must be announced first.
          if (!job.announced || ports.clock.now() >= untilMs) documentIds.add(job.documentId);
          else await eraseJob(job, ports, settings);
        } catch (error) {
          documentIds.add(job.documentId);
          failures.push(error);
        }
      },
      { concurrency: jobsAtOnce },
    );
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return { complete: true, documentIds, failures };
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
