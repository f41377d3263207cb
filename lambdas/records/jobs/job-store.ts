import type { AttemptTotals } from "../../accounting/attempt-totals.ts";
import type { Usage } from "../../accounting/usage.ts";
import type { BatchStage, JobStatus } from "../../contract/vocabulary.ts";
import type { Attempt } from "./attempt.ts";
import type {
  Chunking,
  EndedAttempt,
  Extraction,
  Job,
  JobResult,
  ReadingProgress,
  Submission,
  TerminalState,
} from "./job.ts";

/**
 * Jobs. Writes are conditional on the attempt and on the state they start
 * from, so that a late or repeated writer changes nothing, not even `version`.
 * All reads of one job are strongly consistent. Terminal jobs are kept until
 * `jobExpiryMs`.
 */
export interface JobStore {
  /** Puts a queued job, attempt 1. `exists` if the id is taken; the item is then left as it is. */
  create(submission: Submission): Promise<"created" | "exists">;
  read(jobId: string): Promise<Job | undefined>;
  /** Newest first. Reads an index, which may lag behind by a moment. */
  list(query: JobQuery): Promise<JobPage>;

  /** queued → processing. `started` also if this attempt already runs; `refused` in any other state or with a cancel asked. */
  start(
    attempt: Attempt,
    times: { startedAt: string; deadlineAt: string },
  ): Promise<"started" | "refused">;
  /** Keeps the furthest: less than is recorded changes nothing. @throws JobCancelledError if the attempt is not running, or a cancel was asked. */
  recordReading(attempt: Attempt, reading: ReadingProgress): Promise<void>;
  /** @throws JobCancelledError if the attempt is not running, or a cancel was asked. */
  recordExtraction(attempt: Attempt, extraction: Extraction, fingerprint: string): Promise<void>;
  /** @throws JobCancelledError if the attempt is not running, or a cancel was asked. */
  recordChunking(attempt: Attempt, chunking: Chunking): Promise<void>;
  /** Adds a batch to the stage's set. @throws JobCancelledError if the attempt is not running. */
  recordBatch(attempt: Attempt, stage: BatchStage, batch: number): Promise<void>;
  /** Sets `publishing`; repeated it stays. @throws JobCancelledError if the attempt is not running or a cancel was asked first. */
  beginPublishing(attempt: Attempt): Promise<void>;
  /**
   * Keeps what the job will be completed with, and sets `publishing` if that is not set:
   * a document that was stored already needs no commit, but a cancel after it is as late.
   * @throws JobCancelledError if the attempt is not running or a cancel was asked first.
   */
  recordStored(attempt: Attempt, stored: Omit<JobResult, "usage">): Promise<void>;
  /**
   * The only way to a terminal state: if the attempt is the job's and its state
   * is not terminal. Only a processing job can be completed, and only one that
   * no cancel was asked of and that has no result can fail: who is refused looks
   * again, for a cancel that was acknowledged must not end in a failure.
   */
  finish(attempt: Attempt, state: TerminalState): Promise<"finished" | "refused">;
  /**
   * Sets `announced`, and in the same write adds the account to the tallies and
   * to its tenant's ledger: both or neither, so that an attempt counts exactly
   * once, however often and by how many at once its end is told.
   */
  markAnnounced(attempt: Attempt, account?: AttemptTotals): Promise<"announced" | "refused">;

  /**
   * Sets `cancelRequestedAt`, once, unless the job is publishing or terminal. Answers the job as it then is.
   * @throws JobMissingError
   */
  requestCancel(
    jobId: string,
    at: string,
  ): Promise<{ outcome: "requested" | "publishing" | "terminal"; job: Job }>;
  /** Marks a failed or cancelled attempt as being retried; a later `at` replaces an earlier one. Sweep leaves its next id at the gate alone for a minute. */
  intendRetry(attempt: Attempt, at: string): Promise<"intended" | "refused">;
  /**
   * failed|cancelled → queued as `attempt + 1`, keeping chunking, batch sets and `publishing`.
   * Keeps `ended` as the attempts before it; as they are, if not given.
   * `requeued` also if that was done before, so that a repeat releases no slot.
   */
  requeue(attempt: Attempt, ended?: readonly EndedAttempt[]): Promise<"requeued" | "refused">;

  /**
   * Every attempt that is queued or processing, noted before its job is written and until its end is
   * announced; so also some whose job was never written or has just ended.
   */
  unfinished(): Promise<readonly NotedAttempt[]>;
  /** Removes a note of {@link unfinished}, unless the attempt was noted again since. */
  forgetUnfinished(noted: NotedAttempt): Promise<void>;

  /** Deletes an attempt whose end was announced, with all that the caller sent; anything else stays. */
  remove(attempt: Attempt): Promise<void>;

  /** Keeps an invocation's usage; the same `invocation` again changes nothing. */
  recordUsage(attempt: Attempt, invocation: string, usage: Partial<Usage>): Promise<void>;
  /** Sum over all invocations of one attempt, or of all. */
  usage(jobId: string, attempt?: number): Promise<Usage>;
}

export interface NotedAttempt extends Attempt {
  /** Epoch milliseconds. */
  readonly notedAtMs: number;
}

export interface JobQuery {
  readonly tenant: string;
  readonly status?: JobStatus;
  readonly documentId?: string;
  /** Jobs on a page. */
  readonly limit: number;
  /** Opaque; from the page before. @throws InvalidCursorError when it is not one of this tenant's. */
  readonly cursor?: string;
}

export interface JobPage {
  readonly jobs: readonly Job[];
  readonly nextCursor?: string;
}

/** The job does not exist, or no longer. */
export class JobMissingError extends Error {
  override readonly name = "JobMissingError";
  constructor(jobId: string) {
    super(`Job ${jobId} does not exist: it was never submitted, or has expired.`);
  }
}
