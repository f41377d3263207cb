/** What reads the largest document, and what looks at the largest gate. */
import { searchRequestSchema } from "../../../lambdas/contract/calls/search.ts";
import { maxChunks } from "../../../lambdas/contract/limits.ts";
import { listChunks } from "../../../lambdas/http/documents/documents.ts";
import { search } from "../../../lambdas/http/search/search.ts";
import { batchCount, batchSize } from "../../../lambdas/records/jobs/batching.ts";
import { sweep } from "../../../lambdas/scheduling/sweep/sweep.ts";
import { openStore } from "../../../lambdas/vectors/lancedb/connection.ts";
import { createWorld } from "../../support/fakes/world.ts";
import { lanceStoreOn } from "../../support/lance-store.ts";
import { jobIdOf, submissionOf } from "../../support/submissions.ts";
import { attributes, dimensions, submission } from "./documents.ts";

/** The most candidates that a search looks at. */
export async function measureSearch(folder: string): Promise<void> {
  const vectors = lanceStoreOn(await openStore({ uri: folder }));
  const embedder = { embed: async () => new Float32Array(dimensions).fill(0.5) };
  const request = searchRequestSchema.parse({ query: "word", limit: 100, unique: true });
  const settings = { embeddingModel: "m" };
  const { results } = await search(submission.tenant, request, { vectors, embedder }, settings);
  JSON.stringify(results);
}

/** A page of chunks with their vectors. */
export async function measureDocuments(folder: string): Promise<void> {
  const world = createWorld();
  const vectors = lanceStoreOn(await openStore({ uri: folder }));
  const record = {
    documentId: submission.documentId,
    version: 1,
    fingerprint: "f",
    chunkCount: maxChunks,
    embeddingModel: "m",
    dimensions,
    storedAt: submission.submittedAt,
  };
  await world.documents.commitPublish(submission, "nobody", record).catch(() => undefined);
  const look: typeof world.documents.look = async () => ({ stored: record });
  const documents = Object.assign(Object.create(world.documents) as typeof world.documents, {
    look,
  });
  const page = { from: 0, limit: 100, vectors: "true" } as const;
  JSON.stringify(await listChunks(submission, page, { ...world, documents, vectors }));
}

/** As many jobs as settings allow, each as large as a job's item may be; all of them in this process. */
export async function measureSweep(): Promise<void> {
  const world = createWorld();
  const size = batchSize(maxChunks);
  for (let i = 0; i < 1_200; i++) {
    const job = submissionOf({ jobId: jobIdOf(i), documentId: `doc-${i}`, attributes });
    const one = { jobId: job.jobId, attempt: 1 };
    await world.gate.readmit(`${job.jobId}-1`, job.tenant);
    await world.jobs.create(job);
    const deadlineAt = "2099-01-01T00:00:00.000Z";
    await world.jobs.start(one, { startedAt: job.submittedAt, deadlineAt });
    const chunking = { chunkCount: maxChunks, batchSize: size, embeddingModel: "m" };
    await world.jobs.recordChunking(one, chunking);
    for (let batch = 0; batch < batchCount(maxChunks, size); batch++) {
      await world.jobs.recordBatch(one, "metadata", batch);
    }
  }
  await sweep(world, { jobTimeoutMs: 3_600_000, workMsPerChunk: 1_000 });
}
