/** A job that runs and is cut into chunks, and the models that its batches ask. */

import { BatchUnfinishedError, CircuitOpenError } from "../../lambdas/models/errors.ts";
import { createModelGateway } from "../../lambdas/models/gateway/gateway.ts";
import type { Attempt } from "../../lambdas/records/jobs/attempt.ts";
import type { Chunk } from "../../lambdas/records/jobs/chunk.ts";
import { objectKeys } from "../../lambdas/records/objects/object-keys.ts";
import { type Fault, ScriptedEmbedder, ScriptedLanguageModel } from "./fakes/models/models.ts";
import { createPipeline, requestOf } from "./pipeline.ts";
import { chunkingOf, extractionOf } from "./submissions.ts";

export const batchSize = 10;

export interface RunningJobOptions {
  /** The chunks' texts. @default 25 different ones */
  readonly texts?: readonly string[];
  readonly options?: unknown;
  /** @default none */
  readonly fault?: Fault;
  /** Of each call. @default 0 */
  readonly latencyMs?: number;
}

export type RunningJob = Awaited<ReturnType<typeof runningJob>>;

/** Tries again, as the state machine does, while the provider is waited for, or a function's time was too short. */
export async function waitedFor(job: RunningJob, run: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await run();
    } catch (error) {
      if (error instanceof CircuitOpenError) await job.world.clock.advance(60_000);
      else if (error instanceof BatchUnfinishedError) await job.world.clock.advance(1_000);
      else throw error;
    }
  }
}

export async function runningJob({
  texts = [...Array(25).keys()].map((i) => `chunk number ${i} of the document`),
  options = {},
  fault,
  latencyMs = 0,
}: RunningJobOptions = {}) {
  const pipeline = createPipeline();
  const { world } = pipeline;
  const script = { clock: world.clock, latencyMs, ...(fault === undefined ? {} : { fault }) };
  const model = new ScriptedLanguageModel(script);
  const embedder = new ScriptedEmbedder(script);
  const gateway = createModelGateway(
    { ...world, timeout: world.clock.timeout },
    {
      limits: { cap: { llm: 20, embeddings: 20 } },
      callTimeoutMs: { llm: 30_000, embeddings: 15_000 },
    },
  );

  /** Another job of the same document, started and cut. */
  const start = async (request = {}): Promise<Attempt> => {
    const given = requestOf({ document_id: "doc", title: "Title", options, ...request });
    const { job_id: jobId } = await pipeline.submit({ request: given });
    await pipeline.dispatch();
    const attempt = { jobId, attempt: 1 };
    const chunks = texts.map(chunkOf);
    for (let batch = 0; batch * batchSize < chunks.length; batch++) {
      const part = chunks.slice(batch * batchSize, (batch + 1) * batchSize);
      await world.objects.put(objectKeys(jobId).chunks(batch), JSON.stringify(part));
    }
    await world.jobs.recordExtraction(attempt, extractionOf(), "f".repeat(64));
    await world.jobs.recordChunking(attempt, chunkingOf(chunks.length, batchSize));
    return attempt;
  };

  /** The attempt fails, the caller retries it, and the next one runs. */
  const retried = async (attempt: Attempt): Promise<Attempt> => {
    const at = new Date(world.clock.now()).toISOString();
    const error = { code: "x", message: "No.", stage: "metadata", retryable: true } as const;
    await world.jobs.finish(attempt, { status: "failed", failedAt: at, error });
    await world.jobs.requeue(attempt);
    const next = { ...attempt, attempt: attempt.attempt + 1 };
    await world.jobs.start(next, { startedAt: at, deadlineAt: at });
    return next;
  };

  let tries = 0;
  return {
    ...pipeline,
    start,
    retried,
    attempt: await start(),
    model,
    embedder,
    gateway,
    /** One try of a batch task, with the time that a function has. */
    invocation: () => ({ id: `try-${++tries}`, deadlineMs: world.clock.now() + 90_000 }),
  };
}

function chunkOf(text: string, index: number): Chunk {
  return {
    index,
    start: index * 1_000,
    end: index * 1_000 + text.length,
    text,
    tokens: 7,
    headings: ["Part", `Section ${index}`],
  };
}
