import type { JobAnswer } from "../../contract/calls/jobs.ts";

const stage = (done: number, total: number | null): JobAnswer["stages"]["chunking"] => ({
  status: done === total ? "done" : "pending",
  done,
  total,
  percent: done === total ? 100 : 0,
});

const asSubmitted = {
  job_id: "01KB8Z3V6Q0W4D9J7M2T5R1XYA",
  document_id: "handbook",
  document_version: 3,
  attempt: 1,
  submitted_at: "2026-11-30T09:00:00.000Z",
} as const;

export const queuedJobExample: JobAnswer = {
  ...asSubmitted,
  status: "queued",
  terminal: false,
  progress: 0,
  stages: {
    extraction: stage(0, null),
    chunking: stage(0, null),
    metadata: stage(0, null),
    embeddings: stage(0, null),
    storage: stage(0, null),
  },
  queue_position: 1,
  estimated_wait_seconds: 10,
  version: 1,
};

export const jobExample: JobAnswer = {
  ...asSubmitted,
  status: "completed",
  terminal: true,
  progress: 100,
  stages: {
    extraction: stage(12, 12),
    chunking: stage(42, 42),
    metadata: stage(42, 42),
    embeddings: stage(42, 42),
    storage: stage(42, 42),
  },
  started_at: "2026-11-30T09:00:01.000Z",
  completed_at: "2026-11-30T09:00:12.000Z",
  result: {
    document_id: "handbook",
    document_version: 3,
    chunk_count: 42,
    embedding_model: "all-MiniLM-L6-v2",
    dimensions: 384,
    unchanged: false,
    superseded: false,
    degraded: false,
    failed_chunks: [],
    failed_chunk_count: 0,
    usage: {
      llm_calls: 42,
      embedding_calls: 5,
      prompt_tokens: 21_000,
      completion_tokens: 3_100,
      embedding_tokens: 19_000,
      metadata_cache_hits: 0,
      embedding_cache_hits: 0,
    },
  },
  version: 14,
};
