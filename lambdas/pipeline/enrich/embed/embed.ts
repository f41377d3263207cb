import { type Priced, unpriced } from "../../../accounting/prices.ts";
import { EmbeddingsRefusedError } from "../../../models/embeddings-refused.ts";
import { ProviderMisconfiguredError, ProviderRejectedError } from "../../../models/errors.ts";
import { embeddingTextsPerCall } from "../../../models/limits.ts";
import type { Embedder } from "../../../models/models.ts";
import { vectorSpace } from "../../../models/provider.ts";
import type { Invocation } from "../../../platform/tasks/invocation.ts";
import { SluiceError } from "../../../platform/tasks/task-error.ts";
import type { BatchTask } from "../../../records/jobs/attempt.ts";
import { type Chunk, embeddingInput } from "../../../records/jobs/chunk.ts";
import type { RunningJob } from "../../../records/jobs/job.ts";
import { objectKeys } from "../../../records/objects/object-keys.ts";
import { vectorAddress } from "../../answer-addresses.ts";
import { decodeVectors, encodeVectors } from "../../batches.ts";
import { type AddressedKind, type BatchPorts, type EnrichStage, runBatch } from "../batch.ts";

export type EmbedPorts = BatchPorts & { readonly embedder: Embedder };

/**
 * Embeds the chunks of one batch, several texts a call. A chunk that cannot be
 * embedded fails the job: it could never be found.
 * @throws what {@link runBatch} throws, the provider's failure, and ProviderMisconfiguredError if the
 * model was replaced meanwhile
 */
export function embedBatch(
  task: BatchTask,
  ports: EmbedPorts,
  invocation: Invocation,
  priced: Priced = unpriced,
): Promise<void> {
  return runBatch(task, ports, (job) => embeddingsStage(job, task, ports), invocation, priced);
}

function embeddingsStage(
  job: RunningJob,
  task: BatchTask,
  { embedder, objects }: EmbedPorts,
): EnrichStage<Float32Array> {
  assertSameModel(job, embedder);
  return {
    stage: "embeddings",
    ...vectorAnswers(job.tenant, embedder),
    keep: async (chunks, outcomeOf) => {
      const vectors = chunks.map((chunk) => {
        const vector = outcomeOf(chunk);
        if (vector instanceof SluiceError) throw vector;
        return vector;
      });
      await objects.put(objectKeys(task.jobId).vectors(task.batch), encodeVectors(vectors));
    },
  };
}

/** How vectors of a tenant's chunks are asked for and kept. */
export function vectorAnswers(tenant: string, embedder: Embedder): AddressedKind<Float32Array> {
  return {
    dependency: "embeddings",
    textsPerCall: embeddingTextsPerCall,
    addressOf: (chunk) => vectorAddress(tenant, embedder.identity, embeddingInput(chunk)),
    ask: (chunks, options) => embedder.embed(chunks.map(embeddingInput), options),
    encode: (vector) => encodeVectors([vector]),
    decode: (bytes) => decodeVectors(bytes, 1)[0] ?? emptyVector(),
    counted: ({ hits, misses }) => ({ embeddingCacheHits: hits, embeddingCacheMisses: misses }),
    without: (_, error) => {
      throw error;
    },
    partly: (chunks, error) =>
      error instanceof EmbeddingsRefusedError
        ? { values: error.vectors, error: refusalOf(chunks, error) }
        : undefined,
  };
}

/** A job's error names chunks, as its result does; the provider knows only places in a call. */
function refusalOf(
  chunks: readonly Chunk[],
  { refused, reason }: EmbeddingsRefusedError,
): ProviderRejectedError {
  const indices = refused.flatMap((at) => chunks[at]?.index ?? []);
  const which = `chunk${indices.length === 1 ? "" : "s"} ${indices.join(", ")}`;
  return new ProviderRejectedError(`embeddings: ${which} cannot be embedded. ${reason}`);
}

/** Vectors of two models lie in different spaces: nothing would be found among them. */
function assertSameModel({ chunking }: RunningJob, { identity }: Embedder): void {
  const begun = chunking?.embeddingModel;
  const configured = vectorSpace(identity);
  if (begun === undefined || begun === configured) return;
  throw new ProviderMisconfiguredError(
    `embeddings: The job already has vectors of ${begun}, but ${configured} is configured now. Send the document again. Or restore the previous embedding settings, deploy, and retry the job.`,
  );
}

function emptyVector(): never {
  throw new Error("embeddings: An empty vector was kept.");
}
