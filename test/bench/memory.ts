/**
 * `npm run bench:memory`: the peak memory of the functions that hold a whole document, at the largest
 * input that the API takes: each step's own code in a process of its own, with the collection in a
 * folder. Prints each peak beside the function's memory, and fails if one is over it.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ingestRequestSchema } from "../../lambdas/contract/calls/ingest.ts";
import {
  maxChunks,
  maxExtrasBytes,
  maxInlineBytes,
  maxUploadBytes,
} from "../../lambdas/contract/limits.ts";
import { functions } from "../../lambdas/functions.ts";
import { submit } from "../../lambdas/intake/submit.ts";
import { encodeVectors } from "../../lambdas/pipeline/batches.ts";
import { chunk } from "../../lambdas/pipeline/chunk/chunk.ts";
import { DocumentTooLargeError } from "../../lambdas/pipeline/chunk/errors.ts";
import { split } from "../../lambdas/pipeline/chunk/split.ts";
import { store } from "../../lambdas/pipeline/store/store.ts";
import { batchCount, batchSize } from "../../lambdas/records/jobs/batching.ts";
import { objectKeys } from "../../lambdas/records/objects/object-keys.ts";
import { openStore } from "../../lambdas/vectors/lancedb/connection.ts";
import { createWorld, type World } from "../support/fakes/world.ts";
import { lanceStoreOn } from "../support/lance-store.ts";
import { extractionOf, submissionOf } from "../support/submissions.ts";

const dimensions = 1_536;
/** The longest chunk: 2,048 tokens of some four letters. */
const chunkText = "word ".repeat(1_638);
/** As many as may be, which weighs more than a few long ones. */
const attributes = Object.fromEntries(
  Array.from({ length: 50 }, (_, i) => [`a${i}`, "x".repeat(Math.floor(maxExtrasBytes / 50) - 10)]),
);
const submission = submissionOf({ attributes });
const attempt = { jobId: submission.jobId, attempt: 1 };
const keys = objectKeys(submission.jobId);

async function running(world: World): Promise<void> {
  await world.jobs.create(submission);
  await world.jobs.start(attempt, {
    startedAt: submission.submittedAt,
    deadlineAt: "2099-01-01T00:00:00.000Z",
  });
}

/** Its batches are made as they are read, so that they weigh nothing before. */
async function measureStore(): Promise<void> {
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
  const folder = mkdtempSync(join(tmpdir(), "memory-"));
  const vectors = lanceStoreOn(await openStore({ uri: folder }));
  const objects = Object.assign(Object.create(world.objects) as World["objects"], { get });
  await store(attempt, { ...world, objects, vectors });
  rmSync(folder, { recursive: true });
}

async function measureChunk(): Promise<void> {
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
async function measureSubmit(): Promise<void> {
  const world = createWorld();
  const text = "x".repeat(maxInlineBytes);
  const request = ingestRequestSchema.parse({ text, attributes });
  const input = { tenant: "acme", request, bodyHash: "hash" };
  await submit(input, world, { maxQueued: 1, maxActive: 1 });
}

const measures = { submit: measureSubmit, chunk: measureChunk, store: measureStore } as const;
type Step = keyof typeof measures;

const [step] = process.argv.slice(2);
if (step !== undefined) {
  await measures[step as Step]();
  console.log(Math.round(process.resourceUsage().maxRSS / 1_024));
} else {
  for (const name of Object.keys(measures) as Step[]) {
    const { stdout, stderr, status } = spawnSync(process.execPath, [import.meta.filename, name]);
    const peakMb = Number(stdout.toString().trim().split("\n").at(-1));
    const { memoryMb } = functions[name].spec;
    if (status !== 0) throw new Error(`${name} could not be measured: ${stderr.toString()}`);
    console.log(`${name}: ${peakMb} MB at the peak, of ${memoryMb} MB`);
    if (peakMb > memoryMb) process.exitCode = 1;
  }
}
