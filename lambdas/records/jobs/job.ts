/** A job: one submission of one document, and everything known of its way. */

import type { Usage } from "../../accounting/usage.ts";
import type { CustomSchema } from "../../contract/custom-schema.ts";
import type {
  AttributeValue,
  JobStatus,
  MetadataScope,
  SkipReason,
  StageName,
} from "../../contract/vocabulary.ts";
import { type Attempt, attemptId } from "./attempt.ts";
import type { ChunkingOptions } from "./chunk.ts";
import { JobCancelledError } from "./errors.ts";

export interface JobOptions {
  /** Without a strategy, the document's format decides: see `chunkingOptionsOf`. */
  readonly chunking: Omit<ChunkingOptions, "strategy"> & Partial<ChunkingOptions>;
  readonly metadata: {
    /** Fields of the caller, extracted besides the standard ones. */
    readonly schema?: CustomSchema;
    /** What is described. @default as the deployment says */
    readonly per?: MetadataScope;
  };
  /** Stores the document although it is stored unchanged. */
  readonly force?: true;
}

/** How much of a document is read. */
export interface ReadingProgress {
  /** Pages, slides or sheets. */
  readonly done: number;
  /** Missing where the format does not say. */
  readonly total?: number;
}

/** A file within the document (mail). It is not part of the document's text. */
export interface AttachmentNote {
  readonly filename: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  /** Of the document that it becomes; missing if it becomes none. */
  readonly documentId?: string;
  /** Of that document's job; there is none until the queue has room for it. */
  readonly jobId?: string;
  /** Its place in the mail, from 0, by which it is kept. */
  readonly index?: number;
  /** Why it becomes no document. */
  readonly skipped?: SkipReason;
}

/** The document from which another one came. */
export interface ParentRef {
  readonly documentId: string;
  readonly jobId: string;
  /** 1 for an attachment of a mail that was sent itself. */
  readonly depth: number;
}

/** What reading the document's file showed; kept over the attempts of a job. */
export interface Extraction {
  /** The standard content type of the format that the bytes have. */
  readonly contentType: string;
  /** As the document states it. */
  readonly title?: string;
  /** Pages, slides or sheets; missing where the format does not say. */
  readonly total?: number;
  /** Pages, from 1, that show something but hold no text. */
  readonly unreadablePages: readonly number[];
  readonly attachments?: readonly AttachmentNote[];
}

/** How the chunking of a job was cut into batches; kept over its attempts. */
export interface Chunking {
  readonly chunkCount: number;
  readonly batchSize: number;
  /** Whose vectors the batches get: all from one model. */
  readonly embeddingModel: string;
}

/** A chunk stored without metadata, and why. */
export interface FailedChunk {
  readonly index: number;
  readonly code: string;
  readonly message: string;
}

export interface JobResult {
  readonly documentId: string;
  /** The version that readers see now because of this job. */
  readonly documentVersion: number;
  readonly chunkCount: number;
  readonly embeddingModel: string;
  readonly dimensions: number;
  /** Content and options were already stored; nothing was done. */
  readonly unchanged: boolean;
  /** A later version was stored first; the job skipped this one. */
  readonly superseded: boolean;
  /** Some chunks were stored without metadata, or some pages could not be read. */
  readonly degraded: boolean;
  /** Pages, from 1, that show something but hold no text. @default none */
  readonly unreadablePages?: readonly number[];
  /** Files within the document. @default none */
  readonly attachments?: readonly AttachmentNote[];
  /** At most {@link maxFailedChunksListed}. */
  readonly failedChunks: readonly FailedChunk[];
  /** Number of all failed chunks, including those not listed. */
  readonly failedChunkCount: number;
  readonly usage: Usage;
  /** Over all attempts; missing where the price of a model is not known. */
  readonly estimatedCostUsd?: number;
}

export const maxFailedChunksListed = 100;

/** What a submission fixes for good. */
export interface Submission {
  readonly jobId: string;
  readonly tenant: string;
  readonly documentId: string;
  readonly documentVersion: number;
  readonly title?: string;
  /** As the sender declared it; may say nothing (`application/octet-stream`) or carry a charset. */
  readonly contentType: string;
  /** Of the file that was sent; its ending helps to tell the type. */
  readonly filename?: string;
  /** Missing for a document that was sent by itself. */
  readonly parent?: ParentRef;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly options: JobOptions;
  /** Where to send a webhook when the job ends. @default none is sent */
  readonly callbackUrl?: string;
  readonly sizeBytes: number;
  /** ISO 8601 UTC, as are all timestamps of a job. */
  readonly submittedAt: string;
}

/** How an earlier attempt of a job ended. */
export interface EndedAttempt {
  readonly attempt: number;
  readonly status: "failed" | "cancelled";
  /** ISO 8601 UTC. Missing if the attempt never started. */
  readonly startedAt?: string;
  readonly endedAt: string;
  /** Of a failed attempt. */
  readonly error?: JobError;
}

/** What steps add while a job runs. */
interface JobProgress {
  readonly attempt: number;
  /** The furthest that any attempt has read. */
  readonly reading?: ReadingProgress;
  readonly extraction?: Extraction;
  /**
   * sha256 over text, title, type, attributes, options and models: equal means nothing to do.
   * Empty until the document is extracted.
   */
  readonly fingerprint: string;
  readonly chunking?: Chunking;
  /** Numbers of finished batches. Sets: adding one twice changes nothing. */
  readonly metadataDone: ReadonlySet<number>;
  readonly embeddingsDone: ReadonlySet<number>;
  /**
   * Set by store before its commit; from then on a cancel is refused. A retry keeps it:
   * an attempt that failed after its commit has published, and must not read cancelled.
   */
  readonly publishing: boolean;
  /** Set by store after its commit: what the job will be completed with. */
  readonly stored?: Omit<JobResult, "usage">;
  /** Of the latest retry; a first attempt waits from `submittedAt` on. */
  readonly queuedAt?: string;
  /** The latest attempts before this one, oldest first. @default none */
  readonly endedAttempts?: readonly EndedAttempt[];
  /** When each stage last got further, written with what it got; an earlier attempt's may stand here. */
  readonly extractionAt?: string;
  readonly chunkingAt?: string;
  readonly metadataAt?: string;
  readonly embeddingsAt?: string;
  readonly storageAt?: string;
  readonly cancelRequestedAt?: string;
  /** A retry was asked for and is being admitted under `attempt + 1`. */
  readonly retryRequestedAt?: string;
  /** The terminal state's slot was released, its wake-up sent and its event emitted. */
  readonly announced: boolean;
  /** Rises by one with every change; what long polls wait for. */
  readonly version: number;
}

export type JobState =
  | { readonly status: "queued" }
  | { readonly status: "processing"; readonly startedAt: string; readonly deadlineAt: string }
  | {
      readonly status: "completed";
      readonly startedAt: string;
      readonly completedAt: string;
      readonly result: JobResult;
    }
  | {
      readonly status: "failed";
      readonly startedAt?: string;
      readonly failedAt: string;
      readonly error: JobError;
    }
  | {
      readonly status: "cancelled";
      readonly startedAt?: string;
      readonly cancelledAt: string;
    };

export type Job = Submission & JobProgress & JobState;

export type TerminalState =
  | { readonly status: "completed"; readonly completedAt: string; readonly result: JobResult }
  | { readonly status: "failed"; readonly failedAt: string; readonly error: JobError }
  | { readonly status: "cancelled"; readonly cancelledAt: string };

export function isTerminal(status: JobStatus): status is TerminalState["status"] {
  return status === "completed" || status === "failed" || status === "cancelled";
}

export type EndedJob = Extract<Job, { status: TerminalState["status"] }>;

export function hasEnded(job: Job): job is EndedJob {
  return isTerminal(job.status);
}

export function endedAt(job: EndedJob): string {
  switch (job.status) {
    case "completed":
      return job.completedAt;
    case "failed":
      return job.failedAt;
    case "cancelled":
      return job.cancelledAt;
  }
}

/**
 * The fence of a running attempt: branches of an attempt that failed, was
 * cancelled or was followed by another must make no further calls. Compares
 * status AND attempt.
 * @throws JobCancelledError
 */
export function assertRunning(job: Job | undefined, attempt: Attempt): asserts job is RunningJob {
  const name = attemptId(attempt);
  if (job === undefined) throw new JobCancelledError(`Job ${attempt.jobId} no longer exists.`);
  if (job.attempt !== attempt.attempt) {
    throw new JobCancelledError(
      `${name} was followed by attempt ${job.attempt}; it does no more work.`,
    );
  }
  if (job.status !== "processing") {
    throw new JobCancelledError(`${name} is ${job.status}, not processing; it does no more work.`);
  }
  if (job.cancelRequestedAt !== undefined) {
    throw new JobCancelledError(`A cancel of ${name} was requested at ${job.cancelRequestedAt}.`);
  }
}

export type RunningJob = Job & { readonly status: "processing" };

/**
 * What a failed job shows. `retryable` says whether `POST /v1/jobs/{id}/retry`
 * can help without changing the document.
 */
export interface JobError {
  readonly code: string;
  readonly message: string;
  readonly stage: StageName;
  readonly retryable: boolean;
}

/** How the document is cut: plain text has no structure to go by, every other format is Markdown. */
export function chunkingOptionsOf(options: JobOptions, contentType: string): ChunkingOptions {
  const strategy = contentType === "text/plain" ? "recursive" : "markdown";
  return { strategy, ...options.chunking };
}

/** What a result says of the parts of a document that are not stored. */
export function unreadOf({
  unreadablePages,
  attachments,
}: Pick<Extraction, "unreadablePages" | "attachments">): Pick<
  JobResult,
  "degraded" | "unreadablePages" | "attachments"
> {
  return {
    degraded: unreadablePages.length > 0,
    ...(unreadablePages.length === 0 ? {} : { unreadablePages }),
    ...(attachments === undefined ? {} : { attachments }),
  };
}

/** When a job began to wait: at its submission, or at its latest retry. */
export function queuedAt(job: Job): string {
  return job.queuedAt ?? job.submittedAt;
}
