/** The largest batch of each model stage: 50 of the longest chunks, with the largest answers. */
import { maxChunks } from "../../../lambdas/contract/limits.ts";
import { createModelGateway } from "../../../lambdas/models/gateway/gateway.ts";
import { embedBatch } from "../../../lambdas/pipeline/enrich/embed/embed.ts";
import { describeBatch } from "../../../lambdas/pipeline/enrich/metadata/metadata.ts";
import { systemClock } from "../../../lambdas/platform/system-clock.ts";
import { maxAnswerBytes } from "../../../lambdas/records/answers/answer-store.ts";
import { batchSize } from "../../../lambdas/records/jobs/batching.ts";
import { createWorld, type World } from "../../support/fakes/world.ts";
import { attempt, chunkText, keys, running } from "./documents.ts";

const identity = { provider: "p", model: "m", recipe: "1" };
/** The longest vectors of the known models. */
const longestVector = 4_096;

async function largestBatch() {
  const world: World = createWorld();
  await running(world);
  const size = batchSize(maxChunks);
  const chunking = { chunkCount: maxChunks, batchSize: size, embeddingModel: "m" };
  await world.jobs.recordChunking(attempt, chunking);
  const chunks = Array.from({ length: size }, (_, index) => {
    const text = `${index} ${chunkText}`;
    return { index, start: 0, end: 1, text, tokens: 2_048, headings: [] };
  });
  await world.objects.put(keys.chunks(0), JSON.stringify(chunks));
  const gateway = createModelGateway(
    { ...world, clock: systemClock, timeout: (ms) => AbortSignal.timeout(ms) },
    {
      limits: { cap: { llm: 20, embeddings: 20 }, perJob: { llm: 10 } },
      callTimeoutMs: { llm: 30_000, embeddings: 15_000 },
    },
  );
  const invocation = { id: "invocation", deadlineMs: Date.now() + 600_000 };
  return { ports: { ...world, gateway }, invocation, task: { ...attempt, batch: 0 } };
}

export async function measureMetadata(): Promise<void> {
  const { ports, invocation, task } = await largestBatch();
  const summary = "x".repeat(maxAnswerBytes - 1_000);
  const model = {
    identity,
    describe: async () => {
      const value = {
        title: "",
        summary,
        keywords: [],
        entities: [],
        language: "en",
      };
      return { value, usage: { promptTokens: 1, completionTokens: 1 } };
    },
  };
  await describeBatch(task, { ...ports, model }, invocation);
}

export async function measureEmbed(): Promise<void> {
  const { ports, invocation, task } = await largestBatch();
  const embedder = {
    identity,
    embed: async (texts: readonly string[]) => {
      const numbers = Array.from({ length: longestVector }, (_, i) => i / longestVector);
      const value = texts.map(() => Float32Array.from(numbers));
      return { value, usage: { promptTokens: 1, completionTokens: 0 } };
    },
  };
  await embedBatch(task, { ...ports, embedder }, invocation);
}
