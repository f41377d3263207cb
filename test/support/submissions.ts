/** Submissions and what steps record of them, for tests of stores. */

import { noUsage } from "../../lambdas/accounting/usage.ts";
import type {
  Chunking,
  Extraction,
  Job,
  JobResult,
  Submission,
} from "../../lambdas/records/jobs/job.ts";

export function submissionOf(given: Partial<Submission> = {}): Submission {
  return {
    jobId: "01JH0000000000000000000001",
    tenant: "acme",
    documentId: "doc",
    documentVersion: 1,
    contentType: "text/plain",
    attributes: {},
    options: {
      chunking: { strategy: "recursive", maxTokens: 512, overlapTokens: 64 },
      metadata: {},
    },
    sizeBytes: 1_000,
    submittedAt: "2026-01-01T00:00:00.000Z",
    ...given,
  };
}

/** A job in its first attempt, before it is chunked. */
export function processingJob() {
  return {
    ...submissionOf(),
    status: "processing",
    startedAt: "2026-01-01T00:00:00.000Z",
    deadlineAt: "2026-01-01T08:00:00.000Z",
    attempt: 1,
    fingerprint: "",
    metadataDone: new Set<number>(),
    embeddingsDone: new Set<number>(),
    publishing: false,
    announced: false,
    version: 2,
  } satisfies Job;
}

/** A ULID-like id; later numbers sort later. */
export function jobIdOf(number: number): string {
  return `01JH${String(number).padStart(22, "0")}`;
}

export function storedOf(given: Partial<JobResult> = {}): Omit<JobResult, "usage"> {
  return {
    documentId: "doc",
    documentVersion: 1,
    chunkCount: 25,
    embeddingModel: "test-model",
    dimensions: 8,
    unchanged: false,
    superseded: false,
    degraded: true,
    failedChunks: [{ index: 3, code: "provider_rejected", message: "No." }],
    failedChunkCount: 1,
    ...given,
  };
}

export function resultOf(given: Partial<JobResult> = {}): JobResult {
  return { ...storedOf(), usage: { ...noUsage, llmCalls: 25 }, ...given };
}

/** What reading a plain text shows. */
export function extractionOf(given: Partial<Extraction> = {}): Extraction {
  return { contentType: "text/plain", unreadablePages: [], ...given };
}

/** How a job of so many chunks was cut, for vectors of the tests' model. */
export function chunkingOf(chunkCount: number, batchSize = 10): Chunking {
  return { chunkCount, batchSize, embeddingModel: "test-model" };
}
