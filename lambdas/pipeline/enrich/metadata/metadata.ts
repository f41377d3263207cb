import type { Metrics } from "../../../accounting/metrics.ts";
import { type Priced, type Prices, unpriced } from "../../../accounting/prices.ts";
import { addUsage, noUsage } from "../../../accounting/usage.ts";
import { usageSamples } from "../../../accounting/usage-samples.ts";
import type { ChunkMetadata } from "../../../contract/metadata.ts";
import { ProviderRejectedError } from "../../../models/errors.ts";
import type { GatewayCall, ModelGateway } from "../../../models/gateway/model-gateway.ts";
import type { DescribeRequest, LanguageModel } from "../../../models/models.ts";
import { sha256 } from "../../../platform/sha256.ts";
import type { Invocation } from "../../../platform/tasks/invocation.ts";
import { answerKey } from "../../../records/answers/answer-key.ts";
import type { AnswerStore } from "../../../records/answers/answer-store.ts";
import type { BatchTask } from "../../../records/jobs/attempt.ts";
import { attemptId } from "../../../records/jobs/attempt.ts";
import { type Chunk, type DescribedChunk, modelInput } from "../../../records/jobs/chunk.ts";
import { assertRunning, type RunningJob } from "../../../records/jobs/job.ts";
import type { JobStore } from "../../../records/jobs/job-store.ts";
import { objectKeys } from "../../../records/objects/object-keys.ts";
import type { ObjectStore } from "../../../records/objects/objects.ts";
import { correlationId, decodeChunks } from "../../batches.ts";

export interface MetadataPorts {
  readonly jobs: JobStore;
  readonly objects: ObjectStore;
  readonly answers: AnswerStore;
  readonly gateway: ModelGateway;
  readonly metrics: Metrics;
  readonly model: LanguageModel;
}

/**
 * Describes the chunks of one batch, asking the provider only for those that
 * nobody has an answer for yet. Each answer is kept as it arrives, so that a
 * try that is cut short costs no answer.
 * @throws JobCancelledError, and what {@link ModelGateway.run} throws
 */
export async function describeBatch(
  task: BatchTask,
  ports: MetadataPorts,
  invocation: Invocation,
  { prices }: Priced = unpriced,
): Promise<void> {
  const job = await ports.jobs.read(task.jobId);
  assertRunning(job, task);
  if (job.metadataDone.has(task.batch)) return;
  const keys = objectKeys(task.jobId);
  const chunks = decodeChunks(await ports.objects.get(keys.chunks(task.batch)));
  const described = await describe(chunks, job, task, ports, invocation, prices);
  await ports.objects.put(keys.described(task.batch), JSON.stringify(described));
  await ports.jobs.recordBatch(task, "metadata", task.batch);
}

/** What is known of a batch's chunks, by the address of their text. */
interface Outcomes {
  readonly answers: Map<string, ChunkMetadata>;
  readonly refusals: Map<string, ProviderRejectedError>;
}

async function describe(
  chunks: readonly Chunk[],
  job: RunningJob,
  task: BatchTask,
  ports: MetadataPorts,
  invocation: Invocation,
  prices: Prices,
): Promise<DescribedChunk[]> {
  const { schema } = job.options.metadata;
  const schemaHash = sha256(JSON.stringify(schema ?? null));
  const keyOf = (chunk: Chunk) =>
    answerKey(job.tenant, "metadata", ports.model.identity, schemaHash, modelInput(chunk));
  const byKey = new Map(chunks.map((chunk) => [keyOf(chunk), chunk]));
  const known = await ports.answers.readMany([...byKey.keys()]);
  const answers = new Map([...known].map(([key, bytes]) => [key, parseAnswer(bytes)]));
  const refusals = new Map<string, ProviderRejectedError>();
  let usage = noUsage;

  const requestFor = (chunk: Chunk): DescribeRequest => ({
    text: modelInput(chunk),
    headings: chunk.headings,
    ...(schema ? { schema } : {}),
  });
  const callFor = ([key, chunk]: [string, Chunk]): GatewayCall<ChunkMetadata> => ({
    invoke: (options) => ports.model.describe(requestFor(chunk), options),
    keep: async (metadata) => {
      await ports.answers.write(key, Buffer.from(JSON.stringify(metadata)));
      answers.set(key, metadata);
      // Chunks answered by a call are taken off the hits that the finished batch books.
      usage = addUsage(usage, { metadataCacheHits: -1, metadataCacheMisses: 1 });
    },
    refused: async (error) => {
      if (!(error instanceof ProviderRejectedError)) throw error;
      refusals.set(key, error);
    },
  });

  try {
    await ports.gateway.run({
      dependency: "llm",
      holder: `${attemptId(task)}-metadata-${task.batch}`,
      correlationId: correlationId(task, "metadata"),
      calls: [...byKey].filter(([key]) => !answers.has(key)).map(callFor),
      deadlineMs: invocation.deadlineMs,
      fence: async () => assertRunning(await ports.jobs.read(task.jobId), task),
      spent: (spent) => {
        usage = addUsage(usage, spent);
      },
    });
    usage = addUsage(usage, { metadataCacheHits: chunks.length - refusals.size });
  } finally {
    ports.metrics.emit(usageSamples(usage, prices));
    await ports.jobs.recordUsage(task, invocation.id, usage);
  }
  return chunks.map((chunk) => outcomeOf(chunk, keyOf(chunk), { answers, refusals }));
}

function outcomeOf({ index }: Chunk, key: string, outcomes: Outcomes): DescribedChunk {
  const metadata = outcomes.answers.get(key);
  if (metadata !== undefined) return { index, metadata };
  const refusal = outcomes.refusals.get(key);
  if (refusal !== undefined) {
    return { index, failure: { code: refusal.code, message: refusal.message } };
  }
  throw new Error(`metadata: chunk ${index} has neither an answer nor a refusal.`);
}

/** Answers are validated before they are kept. */
function parseAnswer(bytes: Uint8Array): ChunkMetadata {
  return JSON.parse(Buffer.from(bytes).toString("utf8")) as ChunkMetadata;
}
