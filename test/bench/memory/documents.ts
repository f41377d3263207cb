/** The largest document: 5,000 of the longest chunks, or a file as large as an upload may be. */
import { ingestRequestSchema } from "../../../lambdas/contract/calls/ingest.ts";
import {
  maxChunks,
  maxExtrasBytes,
  maxInlineBytes,
  maxUploadBytes,
} from "../../../lambdas/contract/limits.ts";
import { submit } from "../../../lambdas/intake/submit.ts";
import { encodeVectors } from "../../../lambdas/pipeline/batches.ts";
import { chunk } from "../../../lambdas/pipeline/chunk/chunk.ts";
import { DocumentTooLargeError } from "../../../lambdas/pipeline/chunk/errors.ts";
import { split } from "../../../lambdas/pipeline/chunk/split.ts";
import { extractJob } from "../../../lambdas/pipeline/extract/extract-job.ts";
import { readPlain } from "../../../lambdas/pipeline/extract/plain.ts";
import { store } from "../../../lambdas/pipeline/store/store.ts";
import { batchCount, batchSize } from "../../../lambdas/records/jobs/batching.ts";
import { objectKeys } from "../../../lambdas/records/objects/object-keys.ts";
import { openStore } from "../../../lambdas/vectors/lancedb/connection.ts";
import { createWorld, type World } from "../../support/fakes/world.ts";
import { lanceStoreOn } from "../../support/lance-store.ts";
import { extractionOf, submissionOf } from "../../support/submissions.ts";

export const dimensions = 1_536;
/** The longest chunk: 2,048 tokens of some four letters. */
export const chunkText = "word ".repeat(1_638);
/** As many as may be, which weighs more than a few long ones. */
export const attributes = Object.fromEntries(
  Array.from({ length: 50 }, (_, i) => [`a${i}`, "x".repeat(Math.floor(maxExtrasBytes / 50) - 10)]),
);
export const submission = submissionOf({ attributes });
export const attempt = { jobId: submission.jobId, attempt: 1 };
export const keys = objectKeys(submission.jobId);

export async function running(world: World): Promise<void> {
  await world.jobs.create(submission);
  await world.jobs.start(attempt, {
    startedAt: submission.submittedAt,
    deadlineAt: "2099-01-01T00:00:00.000Z",
  });
}

/** Its batches are made as they are read, so that they weigh nothing before. */
export async function measureStore(folder: string): Promise<void> {
  const world = createWorld();
  await running(world);
  const size = batchSize(maxChunks);
  await world.jobs.recordChunking(attempt, {
    chunkCount: maxChunks,
    batchSize: size,
    embeddingModel: "m",
  });
  for (let batch = 0; batch < batchCount(maxChunks, size); batch++) {
    await world.jobs.recordBatch(attempt, "metadata", batch);
    await world.jobs.recordBatch(attempt, "embeddings", batch);
  }
  const metadata = { title: "t", summary: "s".repeat(500), keywords: ["k"], entities: [] };
  const get = async (key: string) => {
    const batch = Number(/\/(\d+)[^/]*$/.exec(key)?.[1]);
    const indexes = Array.from({ length: size }, (_, i) => batch * size + i);
    if (key === keys.vectors(batch)) {
      return encodeVectors(indexes.map((i) => new Float32Array(dimensions).fill(i / maxChunks)));
    }
    const rows = indexes.map((index) =>
      key === keys.chunks(batch)
        ? { index, start: 0, end: 1, text: `${index} ${chunkText}`, tokens: 2_048, headings: [] }
        : { index, metadata: { ...metadata, language: "en" } },
    );
    return Buffer.from(JSON.stringify(rows));
  };
  const vectors = lanceStoreOn(await openStore({ uri: folder }));
  const objects = Object.assign(Object.create(world.objects) as World["objects"], { get });
  await store(attempt, { ...world, objects, vectors });
}

/**
 * A text, which needs no parser. The parser of another format is a process of its own, and may take
 * `maxMemoryMiB` of `pipeline/extract/bounds.ts` beside this.
 */
export async function measureExtract(): Promise<void> {
  const world = createWorld();
  await running(world);
  // Letters of two bytes in UTF-8, as in JavaScript.
  await world.objects.put(
    keys.original,
    "слово за словом ".repeat(Math.floor(maxUploadBytes / 29)),
  );
  const read: Parameters<typeof extractJob>[1]["read"] = async (bytes, declared) => {
    const reading = readPlain(bytes, declared);
    if (reading === undefined) throw new Error("This is not read as a text.");
    return reading;
  };
  await extractJob(attempt, { ...world, read }, { models: [] });
}

export async function measureChunk(): Promise<void> {
  const world = createWorld();
  await running(world);
  const text = `${chunkText}\n\n`.repeat(Math.floor(maxUploadBytes / (chunkText.length + 2)));
  await world.jobs.recordExtraction(attempt, extractionOf(), "f");
  await world.objects.put(keys.text, text);
  // The largest document that is accepted, or too many chunks, which takes as much until it is known.
  await chunk(attempt, world, split, { embeddingModel: "m" }).catch((error: unknown) => {
    if (!(error instanceof DocumentTooLargeError)) throw error;
  });
}

/** A body of the largest size that a request may have; an upload is not read. */
export async function measureSubmit(): Promise<void> {
  const world = createWorld();
  const text = "x".repeat(maxInlineBytes);
  const request = ingestRequestSchema.parse({ text, attributes });
  const input = { tenant: "acme", request, bodyHash: "hash" };
  await submit(input, world, { maxQueued: 1, maxActive: 1 });
}
