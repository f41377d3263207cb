import { type Priced, unpriced } from "../../../accounting/prices.ts";
import type { ChunkMetadata } from "../../../contract/metadata.ts";
import {
  isTransient,
  nothingDescribable,
  nothingDescribed,
  ProviderRejectedError,
} from "../../../models/errors.ts";
import type { LanguageModel } from "../../../models/models.ts";
import type { Settings } from "../../../platform/settings.ts";
import type { Invocation } from "../../../platform/tasks/invocation.ts";
import { SluiceError } from "../../../platform/tasks/task-error.ts";
import type { BatchTask } from "../../../records/jobs/attempt.ts";
import { batchCount } from "../../../records/jobs/batching.ts";
import { type Chunk, type DescribedChunk, modelInput } from "../../../records/jobs/chunk.ts";
import type { RunningJob } from "../../../records/jobs/job.ts";
import { descriptionAddress, opening } from "../../answer-addresses.ts";
import { countWithout, isToRepeat, keepDescribed } from "../../described-batches.ts";
import { type BatchPorts, type EnrichStage, runBatch } from "../batch.ts";

/**
 * When the first so many chunks are all refused, the job ends, whatever the reasons: filters and
 * models refuse in words that differ from text to text. Two batches run side by side and count each for
 * itself, and the gateway begins at most twelve of each before an answer: a document of any length costs
 * at most 24.
 */
const hopelessAfter = 5;

export type MetadataPorts = BatchPorts & { readonly model: LanguageModel };

export type DescribeSettings = Priced & {
  /** What gets metadata. @default "chunk" */
  readonly per?: Settings["METADATA_PER"];
};

/**
 * Describes the chunks of one batch. A chunk that gets no description is
 * stored without one, and named, while at least a half of the document's
 * chunks may still get theirs, or is refused for its own sake. A document of
 * which no chunk is described fails.
 * @throws what {@link runBatch} throws, and the provider's failure when too many chunks are without
 */
export function describeBatch(
  task: BatchTask,
  ports: MetadataPorts,
  invocation: Invocation,
  { per: preset = "chunk", ...priced }: DescribeSettings = unpriced,
): Promise<void> {
  const stageOf = (job: RunningJob) => {
    const { per = preset } = job.options.metadata;
    if (per === "chunk") return metadataStage(job, task, ports);
    return per === "document" && task.batch === 0
      ? documentStage(job, task, ports)
      : bareStage(job, task, ports);
  };
  return runBatch(task, ports, stageOf, invocation, priced);
}

function metadataStage(
  job: RunningJob,
  task: BatchTask,
  ports: MetadataPorts,
  chunkCount = job.chunking?.chunkCount ?? 0,
): EnrichStage<ChunkMetadata> {
  const { model, objects } = ports;
  const { schema } = job.options.metadata;
  return {
    stage: "metadata",
    dependency: "llm",
    textsPerCall: 1,
    addressOf: (chunk) => descriptionAddress(job.tenant, model.identity, schema, chunk),
    ask: async ([chunk], options) => {
      if (chunk === undefined) throw new Error("metadata: There is no chunk to describe.");
      const { headings } = chunk;
      const request = { text: modelInput(chunk), headings, ...(schema ? { schema } : {}) };
      const { value, usage } = await model.describe(request, options);
      return { value: [value], usage };
    },
    encode: (metadata) => Buffer.from(JSON.stringify(metadata)),
    // Answers are validated before they are kept.
    decode: (bytes) => JSON.parse(Buffer.from(bytes).toString("utf8")) as ChunkMetadata,
    counted: ({ hits, misses }) => ({ metadataCacheHits: hits, metadataCacheMisses: misses }),
    without: (_, error, { answers, failures }) => {
      if (!isRefusal(error) && tooMany(failures, chunkCount)) throw error;
      const nothingYet = answers === 0 && job.metadataDone.size === 0;
      if (nothingYet && failures >= hopelessAfter) {
        throw isTransient(error) ? error : nothingDescribable(failures, error.message);
      }
    },
    isDispensable: true,
    isToRepeat: () => isToRepeat(task, objects),
    keep: async (chunks, outcomeOf) => {
      const described = chunks.map((chunk) => describedChunk(chunk, outcomeOf(chunk)));
      await keepDescribed(task, described, objects);
      await assertEnoughDescribed(chunks.map(outcomeOf), job, task, ports);
    },
  };
}

/**
 * One description for the whole document, of its beginning, kept with its first chunk; store gives
 * it to every chunk. A document of one description fails without it.
 */
function documentStage(
  job: RunningJob,
  task: BatchTask,
  ports: MetadataPorts,
): EnrichStage<ChunkMetadata> {
  return {
    ...metadataStage(job, task, ports, 1),
    isDispensable: false,
    asksAbout: (chunks) => [opening(chunks)],
    keep: async (chunks, outcomeOf) => {
      const outcome = outcomeOf(opening(chunks));
      if (outcome instanceof SluiceError) {
        throw isRefusal(outcome) ? nothingDescribed(outcome.message) : outcome;
      }
      const [first, ...rest] = chunks.map(({ index }) => ({ index }));
      if (first === undefined) return;
      const described: readonly DescribedChunk[] = [
        { ...first, metadata: outcome, ofDocument: true },
        ...rest,
      ];
      await keepDescribed(task, described, ports.objects);
    },
  };
}

/** No chunk of the batch is described by itself: it is done without a call. */
function bareStage(
  job: RunningJob,
  task: BatchTask,
  ports: MetadataPorts,
): EnrichStage<ChunkMetadata> {
  return {
    ...metadataStage(job, task, ports),
    asksAbout: () => [],
    keep: async (chunks) => {
      const bare: readonly DescribedChunk[] = chunks.map(({ index }) => ({ index }));
      await keepDescribed(task, bare, ports.objects);
    },
  };
}

function describedChunk({ index }: Chunk, outcome: ChunkMetadata | SluiceError): DescribedChunk {
  return outcome instanceof SluiceError
    ? { index, failure: { code: outcome.code, message: outcome.message } }
    : { index, metadata: outcome };
}

/** A text that the provider refuses is no reason to fail the document, while others are described. */
function isRefusal(error: SluiceError): boolean {
  return error instanceof ProviderRejectedError;
}

function tooMany(failures: number, chunkCount: number): boolean {
  return failures * 2 > chunkCount;
}

/**
 * Looks at the other batches as well, when the provider failed for some chunk of this one, or refused
 * all. Each keeps its outcomes before it looks, so of two that end at the same moment at least one
 * sees the other's. A batch that throws is not recorded, so a retry of the job asks again.
 */
async function assertEnoughDescribed(
  outcomes: readonly (ChunkMetadata | SluiceError)[],
  { chunking, metadataDone }: RunningJob,
  task: BatchTask,
  { objects }: MetadataPorts,
): Promise<void> {
  const { chunkCount = 0, batchSize = 1 } = chunking ?? {};
  const failures = outcomes.filter((outcome) => outcome instanceof SluiceError);
  const failure = failures.find((error) => !isRefusal(error));
  if (failure === undefined && failures.length < outcomes.length) return;
  const batches = Array.from({ length: batchCount(chunkCount, batchSize) }, (_, batch) => batch);
  const elsewhere = await Promise.all(
    batches
      .filter((batch) => batch !== task.batch)
      .map((batch) => countWithout({ ...task, batch }, metadataDone.has(batch), objects)),
  );
  const without = elsewhere.reduce((sum, count) => sum + count, failures.length);
  if (failure !== undefined && tooMany(without, chunkCount)) throw failure;
  const [refusal] = failures;
  if (refusal !== undefined && without >= chunkCount) throw nothingDescribed(refusal.message);
}
