/** Progress is derived from what a job has recorded, never counted. */

import { type StageName, stageNames } from "../../contract/vocabulary.ts";
import type { Job } from "./job.ts";
import { chunksDone, hasStageBegun, isStageDone, stageFacts } from "./stages.ts";

export interface StageProgress {
  readonly status: "pending" | "running" | "done" | "failed";
  readonly done: number;
  /**
   * Chunks; null until the document is chunked. Of extraction: pages, slides or sheets; null where
   * the format does not say.
   */
  readonly total: number | null;
  readonly percent: number;
}

function runningStatus(job: Job, stage: StageName): "failed" | "running" | "pending" {
  if (job.status === "failed" && job.error.stage === stage) return "failed";
  return job.status === "processing" && hasStageBegun(job, stage) ? "running" : "pending";
}

function extractionProgress(job: Job): StageProgress {
  const total = job.extraction?.total ?? job.reading?.total ?? null;
  if (isStageDone(job, "extraction")) {
    return { status: "done", done: total ?? 0, total, percent: 100 };
  }
  const done = Math.min(job.reading?.done ?? 0, total ?? Number.MAX_SAFE_INTEGER);
  const percent = total ? Math.floor((done / total) * 100) : 0;
  return { status: runningStatus(job, "extraction"), done, total, percent };
}

function stageProgress(job: Job, stage: StageName): StageProgress {
  if (stage === "extraction") return extractionProgress(job);
  const total = job.chunking?.chunkCount ?? null;
  const done = job.status === "completed" ? (total ?? 0) : chunksDone(job, stage);
  const percent =
    total === null || total === 0
      ? job.status === "completed"
        ? 100
        : 0
      : Math.floor((done / total) * 100);
  const isDone = job.status === "completed" || (total !== null && done === total);
  const status = isDone ? "done" : runningStatus(job, stage);
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
    const { status, done, total: all } = stages[stage];
    const share = status === "done" ? 1 : all ? done / all : 0;
    return total + stageFacts[stage].weight * share;
  }, 0);
  return Math.min(99, Math.floor(sum));
}
