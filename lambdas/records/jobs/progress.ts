/** Progress is derived from what a job has recorded, never counted. */

import { type StageName, stageNames } from "../../contract/vocabulary.ts";
import type { Job } from "./job.ts";
import { chunksDone, hasStageBegun, stageFacts } from "./stages.ts";

export interface StageProgress {
  readonly status: "pending" | "running" | "done" | "failed";
  readonly done: number;
  /** Chunks; null until the document is chunked. */
  readonly total: number | null;
  readonly percent: number;
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
    return job.status === "processing" && hasStageBegun(job, stage) ? "running" : "pending";
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
    return total + (all ? (stageFacts[stage].weight * done) / all : 0);
  }, 0);
  return Math.min(99, Math.floor(sum));
}
