import type { Metrics } from "../../../accounting/metrics.ts";
import { type Priced, type Prices, unpriced } from "../../../accounting/prices.ts";
import { addUsage, noUsage } from "../../../accounting/usage.ts";
import { usageSamples } from "../../../accounting/usage-samples.ts";
import { ProviderMisconfiguredError } from "../../../models/errors.ts";
import type { GatewayCall, ModelGateway } from "../../../models/gateway/model-gateway.ts";
import { embeddingTextsPerCall } from "../../../models/limits.ts";
import type { Embedder } from "../../../models/models.ts";
import { vectorSpace } from "../../../models/provider.ts";
import type { Invocation } from "../../../platform/tasks/invocation.ts";
import { answerKey } from "../../../records/answers/answer-key.ts";
import type { AnswerStore } from "../../../records/answers/answer-store.ts";
import type { BatchTask } from "../../../records/jobs/attempt.ts";
import { attemptId } from "../../../records/jobs/attempt.ts";
import { type Chunk, embeddingInput } from "../../../records/jobs/chunk.ts";
import { assertRunning, type RunningJob } from "../../../records/jobs/job.ts";
import type { JobStore } from "../../../records/jobs/job-store.ts";
import { objectKeys } from "../../../records/objects/object-keys.ts";
import type { ObjectStore } from "../../../records/objects/objects.ts";
import { correlationId, decodeChunks, decodeVectors, encodeVectors } from "../../batches.ts";

export interface EmbedPorts {
  readonly jobs: JobStore;
  readonly objects: ObjectStore;
  readonly answers: AnswerStore;
  readonly gateway: ModelGateway;
  readonly metrics: Metrics;
  readonly embedder: Embedder;
}

/**
 * Embeds the chunks of one batch, several texts a call, asking the provider
 * only for those that nobody has a vector for yet. A chunk that cannot be
 * embedded fails the job: it could never be found.
 * @throws JobCancelledError, ProviderRejectedError, ProviderMisconfiguredError if the model was
 * replaced meanwhile, and what {@link ModelGateway.run} throws
 */
export async function embedBatch(
  task: BatchTask,
  ports: EmbedPorts,
  invocation: Invocation,
  { prices }: Priced = unpriced,
): Promise<void> {
  const job = await ports.jobs.read(task.jobId);
  assertRunning(job, task);
  if (job.embeddingsDone.has(task.batch)) return;
  assertSameModel(job, ports.embedder);
  const keys = objectKeys(task.jobId);
  const chunks = decodeChunks(await ports.objects.get(keys.chunks(task.batch)));
  const vectors = await embed(chunks, job, task, ports, invocation, prices);
  await ports.objects.put(keys.vectors(task.batch), encodeVectors(vectors));
  await ports.jobs.recordBatch(task, "embeddings", task.batch);
}

/** Vectors of two models lie in different spaces: nothing would be found among them. */
function assertSameModel({ chunking }: RunningJob, { identity }: Embedder): void {
  const begun = chunking?.embeddingModel;
  const configured = vectorSpace(identity);
  if (begun === undefined || begun === configured) return;
  throw new ProviderMisconfiguredError(
    `embeddings: The job has vectors of ${begun} already, and ${configured} is configured now. Send the document again, or set SLUICE_EMBEDDINGS_MODEL and its settings back, deploy, and retry the job.`,
  );
}

async function embed(
  chunks: readonly Chunk[],
  job: RunningJob,
  task: BatchTask,
  ports: EmbedPorts,
  invocation: Invocation,
  prices: Prices,
): Promise<Float32Array[]> {
  const keyOf = (chunk: Chunk) =>
    answerKey(job.tenant, "embeddings", ports.embedder.identity, "", embeddingInput(chunk));
  const textByKey = new Map(chunks.map((chunk) => [keyOf(chunk), embeddingInput(chunk)]));
  const known = await ports.answers.readMany([...textByKey.keys()]);
  const vectors = new Map([...known].map(([key, bytes]) => [key, oneVector(bytes)]));
  let usage = noUsage;

  const callFor = (group: readonly Addressed[]): GatewayCall<readonly Float32Array[]> => ({
    invoke: (options) =>
      ports.embedder.embed(
        group.map(([, text]) => text),
        options,
      ),
    keep: async (answer) => {
      await Promise.all(
        group.map(async ([key], i) => {
          const vector = answer[i] ?? missing(`${answer.length} vectors for ${group.length} texts`);
          await ports.answers.write(key, encodeVectors([vector]));
          vectors.set(key, vector);
        }),
      );
      // Chunks answered by a call are taken off the hits that the finished batch books.
      usage = addUsage(usage, {
        embeddingCacheHits: -group.length,
        embeddingCacheMisses: group.length,
      });
    },
    refused: async (error) => {
      throw error;
    },
  });

  try {
    await ports.gateway.run({
      dependency: "embeddings",
      holder: `${attemptId(task)}-embeddings-${task.batch}`,
      correlationId: correlationId(task, "embeddings"),
      calls: groupsOf([...textByKey].filter(([key]) => !vectors.has(key))).map(callFor),
      deadlineMs: invocation.deadlineMs,
      fence: async () => assertRunning(await ports.jobs.read(task.jobId), task),
      spent: (spent) => {
        usage = addUsage(usage, spent);
      },
    });
    usage = addUsage(usage, { embeddingCacheHits: chunks.length });
  } finally {
    ports.metrics.emit(usageSamples(usage, prices));
    await ports.jobs.recordUsage(task, invocation.id, usage);
  }
  return chunks.map(
    (chunk) => vectors.get(keyOf(chunk)) ?? missing(`no vector for chunk ${chunk.index}`),
  );
}

/** A text and its address. */
type Addressed = readonly [key: string, text: string];

function groupsOf(texts: readonly Addressed[]): (readonly Addressed[])[] {
  const size = embeddingTextsPerCall;
  return Array.from({ length: Math.ceil(texts.length / size) }, (_, i) =>
    texts.slice(i * size, (i + 1) * size),
  );
}

function oneVector(bytes: Uint8Array): Float32Array {
  return decodeVectors(bytes, 1)[0] ?? missing("an empty vector in the cache");
}

function missing(what: string): never {
  throw new Error(`embeddings: The embedder left out something: ${what}.`);
}
