/** The facts of each stage, in one place: what it weighs, what it waits for, and where a job keeps it. */

import type { StageName } from "../../contract/vocabulary.ts";
import { batchCount } from "./batching.ts";
import type { Chunking, Job } from "./job.ts";

interface StageFacts {
  /** Share in a job's progress, in percent. */
  readonly weight: number;
  /** Stages that end before this one begins. */
  readonly after: readonly StageName[];
  /** When the stage last got further. */
  readonly at: "extractionAt" | "chunkingAt" | "metadataAt" | "embeddingsAt" | "storageAt";
  /** Numbers of finished batches, for a stage that works in batches. */
  readonly batches?: "metadataDone" | "embeddingsDone";
}

export const stageFacts = {
  extraction: { weight: 5, after: [], at: "extractionAt" },
  chunking: { weight: 5, after: ["extraction"], at: "chunkingAt" },
  metadata: { weight: 45, after: ["chunking"], at: "metadataAt", batches: "metadataDone" },
  embeddings: { weight: 35, after: ["chunking"], at: "embeddingsAt", batches: "embeddingsDone" },
  storage: { weight: 10, after: ["metadata", "embeddings"], at: "storageAt" },
} as const satisfies Readonly<Record<StageName, StageFacts>>;

const factsOf = (stage: StageName): StageFacts => stageFacts[stage];

export function chunksInBatches(chunking: Chunking, batches: ReadonlySet<number>): number {
  const last = batchCount(chunking.chunkCount, chunking.batchSize) - 1;
  const lastSize = chunking.chunkCount - last * chunking.batchSize;
  let chunks = 0;
  for (const batch of batches) chunks += batch === last ? lastSize : chunking.batchSize;
  return chunks;
}

export function chunksDone(job: Job, stage: StageName): number {
  if (job.chunking === undefined) return 0;
  const { batches } = factsOf(stage);
  if (batches !== undefined) return chunksInBatches(job.chunking, job[batches]);
  return stage === "storage" && job.stored === undefined ? 0 : job.chunking.chunkCount;
}

export function isStageDone(job: Job, stage: StageName): boolean {
  if (job.status === "completed") return true;
  if (stage === "extraction") return job.extraction !== undefined;
  return job.chunking !== undefined && chunksDone(job, stage) === job.chunking.chunkCount;
}

/** Whether the stages that end before this one have ended. */
export function hasStageBegun(job: Job, stage: StageName): boolean {
  return factsOf(stage).after.every((earlier) => isStageDone(job, earlier));
}

/** When the stage began, in an attempt that started at `startedAt`. */
export function stageBeganAt(job: Job, stage: StageName, startedAt: string): string {
  return factsOf(stage)
    .after.flatMap((earlier) => [
      stageBeganAt(job, earlier, startedAt),
      job[factsOf(earlier).at] ?? "",
    ])
    .reduce((last, time) => (time > last ? time : last), startedAt);
}
