/** One batch of one stage, whichever: what is known already, the calls for the rest, and what becomes of it. */
import type { Metrics } from "../../accounting/metrics.ts";
import { type Priced, unpriced } from "../../accounting/prices.ts";
import { addUsage, noUsage, type Usage } from "../../accounting/usage.ts";
import { usageSamples } from "../../accounting/usage-samples.ts";
import type { BatchStage, Dependency } from "../../contract/vocabulary.ts";
import type { GatewayBatch, ModelGateway } from "../../models/gateway/model-gateway.ts";
import type { Invocation } from "../../platform/tasks/invocation.ts";
import type { SluiceError } from "../../platform/tasks/task-error.ts";
import type { AnswerStore } from "../../records/answers/answer-store.ts";
import { type AttemptId, attemptId, type BatchTask } from "../../records/jobs/attempt.ts";
import type { Chunk } from "../../records/jobs/chunk.ts";
import { assertRunning, type RunningJob } from "../../records/jobs/job.ts";
import type { JobStore } from "../../records/jobs/job-store.ts";
import { objectKeys } from "../../records/objects/object-keys.ts";
import type { ObjectStore } from "../../records/objects/objects.ts";
import { correlationId, decodeChunks } from "../batches.ts";
import { AnswerCall, type AnswerKind, type Outcomes } from "./answer-call.ts";

export interface BatchPorts {
  readonly jobs: JobStore;
  readonly objects: ObjectStore;
  readonly answers: AnswerStore;
  readonly gateway: ModelGateway;
  readonly metrics: Metrics;
}

/** How a stage asks for its answers, and what it makes of them. */
export interface EnrichStage<Value> extends AddressedKind<Value> {
  readonly stage: BatchStage;
  /** Those that answers are asked about. @default all */
  asksAbout?(chunks: readonly Chunk[]): readonly Chunk[];
  /** Whether a batch that is done is done again. @default never */
  isToRepeat?(): Promise<boolean>;
  /** Keeps the batch's outcomes, in the order of its chunks. @throws what fails the job */
  keep(chunks: readonly Chunk[], outcomeOf: (chunk: Chunk) => Value | SluiceError): Promise<void>;
}

/**
 * Answers the chunks of one batch, asking the provider only for those that
 * nobody has an answer for yet. Each answer is kept as it arrives, so that a
 * try that is cut short costs no answer.
 * @throws JobCancelledError, what {@link ModelGateway.run} throws, and what the stage does
 */
export async function runBatch<Value>(
  task: BatchTask,
  ports: BatchPorts,
  stageOf: (job: RunningJob) => EnrichStage<Value>,
  invocation: Invocation,
  { prices }: Priced = unpriced,
): Promise<void> {
  const job = await ports.jobs.read(task.jobId);
  assertRunning(job, task);
  const stage = stageOf(job);
  const doneOf = ({ metadataDone, embeddingsDone }: RunningJob) =>
    stage.stage === "metadata" ? metadataDone : embeddingsDone;
  const isFinished = async (now: RunningJob) =>
    doneOf(now).has(task.batch) && !(await stage.isToRepeat?.());
  const done = doneOf(job);
  if (await isFinished(job)) return;
  const chunks = decodeChunks(await ports.objects.get(objectKeys(task.jobId).chunks(task.batch)));
  let usage = noUsage;
  const spent = (more: Partial<Usage>) => {
    usage = addUsage(usage, more);
  };
  try {
    const asker: Asker = {
      party: `${attemptId(task)}-${stage.stage}-${task.batch}`,
      attempt: attemptId(task),
      correlationId: correlationId(task, stage.stage),
      fence: async () => assertRunning(await ports.jobs.read(task.jobId), task),
      hasAnswers: done.size > 0,
    };
    const asked = stage.asksAbout?.(chunks) ?? chunks;
    const outcomes = await answersOf(asked, stage, asker, ports, invocation, spent);
    if (outcomes.failures.size > 0) {
      // The job may have ended, or another run the batch, while the last call was under way. Answers
      // are the same in every run, but a failure must not take the place of one.
      const now = await ports.jobs.read(task.jobId);
      assertRunning(now, task);
      if (await isFinished(now)) return;
    }
    await stage.keep(chunks, (chunk) => outcomeOf(outcomes, stage, chunk));
  } finally {
    ports.metrics.emit(usageSamples(usage, prices));
    await ports.jobs.recordUsage(task, invocation.id, usage);
  }
  await ports.jobs.recordBatch(task, stage.stage, task.batch);
}

/** What stages, and a reindex, ask their answers by. */
export interface AddressedKind<Value> extends AnswerKind<Value> {
  readonly dependency: Dependency;
  /** Texts that one call may take. */
  readonly textsPerCall: number;
  /** Address of a chunk's answer. */
  addressOf(chunk: Chunk): string;
}

/** For whom answers are asked. */
export interface Asker {
  readonly party: GatewayBatch<unknown>["party"];
  readonly attempt: AttemptId;
  readonly correlationId: string;
  readonly fence: () => Promise<void>;
  /** Whether the provider has answered other calls of the same work. @default false */
  readonly hasAnswers?: boolean;
}

/** Answers that are known are read; the others are asked for, and each is kept as it arrives. */
export async function answersOf<Value>(
  chunks: readonly Chunk[],
  stage: AddressedKind<Value>,
  { party, attempt, hasAnswers = false, ...asker }: Asker,
  ports: Pick<BatchPorts, "answers" | "gateway">,
  invocation: Invocation,
  spent: (usage: Partial<Usage>) => void,
): Promise<Outcomes<Value>> {
  const byAddress = new Map(chunks.map((chunk) => [stage.addressOf(chunk), chunk]));
  const known = await ports.answers.readMany([...byAddress.keys()]);
  const outcomes: Outcomes<Value> = {
    answers: new Map([...known].map(([address, bytes]) => [address, stage.decode(bytes)])),
    failures: new Map(),
  };
  const run = invocation.id.slice(-8);
  const claimant = { holder: `${party}#${invocation.id}`, attempt };
  const isAnswered = () => hasAnswers || outcomes.answers.size > 0;
  // An outage leaves out most texts of a batch, a text that is itself at fault few others.
  const isDispensable = () =>
    stage.isDispensable === true &&
    byAddress.size - outcomes.answers.size <= Math.max(1, byAddress.size / 2);
  const missing = [...byAddress].filter(([address]) => !outcomes.answers.has(address));
  await ports.gateway.run({
    dependency: stage.dependency,
    party,
    run,
    correlationId: asker.correlationId,
    calls: groupsOf(missing, stage.textsPerCall).map(
      (texts) => new AnswerCall(texts, stage, ports.answers, { claimant, outcomes, spent }),
    ),
    isAnswered,
    patience: () => (isAnswered() && isDispensable() ? "minutes" : "hour"),
    deadlineMs: invocation.deadlineMs,
    fence: asker.fence,
    spent,
  });
  // Chunks that calls answered were taken off the hits as they were.
  spent(stage.counted({ hits: chunks.length - outcomes.failures.size, misses: 0 }));
  return outcomes;
}

function outcomeOf<Value>(
  { answers, failures }: Outcomes<Value>,
  stage: EnrichStage<Value>,
  chunk: Chunk,
): Value | SluiceError {
  const address = stage.addressOf(chunk);
  const outcome = answers.get(address) ?? failures.get(address);
  if (outcome !== undefined) return outcome;
  throw new Error(`${stage.stage}: chunk ${chunk.index} has neither an answer nor a failure.`);
}

function groupsOf<Item>(items: readonly Item[], size: number): (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}
