/** Progress is derived from what a job has recorded, never counted. */

import { type StageName, stageNames } from "../../contract/vocabulary.ts";
import { batchCount } from "./batching.ts";
import type { Chunking, Job } from "./job.ts";

export interface StageProgress {
  readonly status: "pending" | "running" | "done" | "failed";
  readonly done: number;
  /** Chunks; null until the document is chunked. */
  readonly total: number | null;
  readonly percent: number;
}

/** Share of each stage in a job's progress, in percent. */
const weights: Readonly<Record<StageName, number>> = {
  chunking: 5,
  metadata: 50,
  embeddings: 35,
  storage: 10,
};

export function chunksInBatches(chunking: Chunking, batches: ReadonlySet<number>): number {
  const last = batchCount(chunking.chunkCount, chunking.batchSize) - 1;
  const lastSize = chunking.chunkCount - last * chunking.batchSize;
  let chunks = 0;
  for (const batch of batches) chunks += batch === last ? lastSize : chunking.batchSize;
  return chunks;
}

function chunksDone(job: Job, stage: StageName): number {
  if (job.chunking === undefined) return 0;
  switch (stage) {
    case "chunking":
      return job.chunking.chunkCount;
    case "metadata":
      return chunksInBatches(job.chunking, job.metadataDone);
    case "embeddings":
      return chunksInBatches(job.chunking, job.embeddingsDone);
    case "storage":
      return job.stored === undefined ? 0 : job.chunking.chunkCount;
  }
}

/** Whether a stage has begun, given that those before it may have to end first. */
function begun(job: Job, stage: StageName): boolean {
  if (stage === "chunking") return true;
  if (job.chunking === undefined) return false;
  if (stage !== "storage") return true;
  return (
    chunksDone(job, "metadata") === job.chunking.chunkCount &&
    chunksDone(job, "embeddings") === job.chunking.chunkCount
  );
}

function stageProgress(job: Job, stage: StageName): StageProgress {
  const total = job.chunking?.chunkCount ?? null;
  const done = job.status === "completed" ? (total ?? 0) : chunksDone(job, stage);
  const percent =
    total === null || total === 0
      ? job.status === "completed"
        ? 100
        : 0
      : Math.floor((done / total) * 100);
  const status = (() => {
    if (job.status === "completed" || (total !== null && done === total)) return "done";
    if (job.status === "failed" && job.error.stage === stage) return "failed";
    return job.status === "processing" && begun(job, stage) ? "running" : "pending";
  })();
  return { status, done, total, percent };
}

export function stagesOf(job: Job): Record<StageName, StageProgress> {
  const entries = stageNames.map((stage) => [stage, stageProgress(job, stage)] as const);
  return Object.fromEntries(entries) as Record<StageName, StageProgress>;
}

/** 0–100; never falls over a job's attempts, and is 100 only when it is completed. */
export function progressOf(job: Job): number {
  if (job.status === "completed") return 100;
  const stages = stagesOf(job);
  const sum = stageNames.reduce((total, stage) => {
    const { done, total: all } = stages[stage];
    return total + (all ? (weights[stage] * done) / all : 0);
  }, 0);
  return Math.min(99, Math.floor(sum));
}
