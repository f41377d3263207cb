import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { AttemptTotals } from "../../../accounting/attempt-totals.ts";
import type { Usage } from "../../../accounting/usage.ts";
import type { BatchStage } from "../../../contract/vocabulary.ts";
import { type Clock, isoTime } from "../../../platform/clock.ts";
import { expiryAt, hasExpired, unexpired } from "../../../platform/dynamodb/expiry.ts";
import { jobKey } from "../../../platform/dynamodb/item-keys.ts";
import { type ConditionalChange, type Item, Table } from "../../../platform/dynamodb/table.ts";
import { type Attempt, attemptId } from "../attempt.ts";
import { JobCancelledError } from "../errors.ts";
import {
  type Chunking,
  type EndedAttempt,
  type Extraction,
  isTerminal,
  type Job,
  type JobResult,
  type ReadingProgress,
  type Submission,
  type TerminalState,
} from "../job.ts";
import { jobExpiryMs } from "../job-expiry.ts";
import {
  JobMissingError,
  type JobPage,
  type JobQuery,
  type JobStore,
  type NotedAttempt,
} from "../job-store.ts";
import { stageFacts } from "../stages.ts";
import { announceWith } from "./dynamodb-announcement.ts";
import * as when from "./job-conditions.ts";
import { jobOf, newJobItem } from "./job-item.ts";
import { listJobs } from "./job-listing.ts";
import { putUsage, sumUsage } from "./job-usage.ts";
import { dropUnfinished, forgetUnfinished, listUnfinished, noteUnfinished } from "./unfinished.ts";

/**
 * A job as one item. Every change is one update under named conditions; if
 * they do not hold, the item as it stood in that moment says why, so no
 * answer rests on a second read.
 */
export class DynamoJobStore implements JobStore {
  readonly #table: Table;
  readonly #clock: Clock;

  constructor(client: DynamoDBClient, tableName: string, clock: Clock) {
    this.#table = new Table(client, tableName);
    this.#clock = clock;
  }

  async create(submission: Submission): Promise<"created" | "exists"> {
    const first = { jobId: submission.jobId, attempt: 1 };
    await noteUnfinished(this.#table, first, this.#clock.now());
    const absent = { expression: "attribute_not_exists(#pk)" };
    const written = await this.#table.put(newJobItem(submission), absent);
    return written.applied ? "created" : "exists";
  }

  async read(jobId: string): Promise<Job | undefined> {
    return this.#live(await this.#table.get(jobKey(jobId)));
  }

  list(query: JobQuery): Promise<JobPage> {
    return listJobs(this.#table, query, this.#clock.now());
  }

  async remove(attempt: Attempt): Promise<void> {
    const announced = { expression: "#announced = :yes", values: { yes: true } };
    await this.#table.delete(jobKey(attempt.jobId), when.isAttempt(attempt), announced);
  }

  async start(
    attempt: Attempt,
    times: { startedAt: string; deadlineAt: string },
  ): Promise<"started" | "refused"> {
    const { applied, job } = await this.#change(attempt.jobId, {
      update: "SET #status = :next, #startedAt = :startedAt, #deadlineAt = :deadlineAt",
      values: { next: "processing", ...times },
      conditions: [when.isAttempt(attempt), when.isQueued, when.noCancelAsked],
    });
    return applied || (isRunning(job, attempt) && !isCancelAsked(job)) ? "started" : "refused";
  }

  async recordReading(attempt: Attempt, reading: ReadingProgress): Promise<void> {
    const { applied, job } = await this.#change(attempt.jobId, {
      update: "SET #reading = :reading",
      values: { reading },
      conditions: [
        when.isAttempt(attempt),
        when.isProcessing,
        when.noCancelAsked,
        when.readsFurther(reading.done),
      ],
    });
    if (!applied) assertUncancelled(job, attempt);
  }

  async recordExtraction(
    attempt: Attempt,
    extraction: Extraction,
    fingerprint: string,
  ): Promise<void> {
    const { applied, job } = await this.#change(attempt.jobId, {
      update: "SET #extraction = :extraction, #fingerprint = :fingerprint, #extractionAt = :now",
      values: { fingerprint, now: this.#now() },
      conditions: [
        when.isAttempt(attempt),
        when.isProcessing,
        when.noCancelAsked,
        when.differs("extraction", extraction),
      ],
    });
    if (!applied) assertUncancelled(job, attempt);
  }

  async recordChunking(attempt: Attempt, chunking: Chunking): Promise<void> {
    const { applied, job } = await this.#change(attempt.jobId, {
      update: "SET #chunking = :chunking, #chunkingAt = :now",
      values: { now: this.#now() },
      conditions: [
        when.isAttempt(attempt),
        when.isProcessing,
        when.noCancelAsked,
        when.differs("chunking", chunking),
      ],
    });
    if (!applied) assertUncancelled(job, attempt);
  }

  async recordBatch(attempt: Attempt, stage: BatchStage, batch: number): Promise<void> {
    const { batches: set, at } = stageFacts[stage];
    const { applied, job } = await this.#change(attempt.jobId, {
      update: `SET #${at} = :now ADD #${set} :batches`,
      values: { batches: new Set([batch]), now: this.#now() },
      conditions: [when.isAttempt(attempt), when.isProcessing, when.lacksBatch(set, batch)],
    });
    if (!applied) assertRunning(job, attempt);
  }

  async beginPublishing(attempt: Attempt): Promise<void> {
    const { applied, job } = await this.#change(attempt.jobId, {
      update: "SET #publishing = :yes",
      values: { yes: true },
      conditions: [
        when.isAttempt(attempt),
        when.isProcessing,
        when.noCancelAsked,
        when.notPublishing,
      ],
    });
    if (!applied) assertUncancelled(job, attempt);
  }

  async recordStored(attempt: Attempt, stored: Omit<JobResult, "usage">): Promise<void> {
    const { applied, job } = await this.#change(attempt.jobId, {
      update: "SET #stored = :stored, #publishing = :yes, #storageAt = :now",
      values: { yes: true, now: this.#now() },
      conditions: [
        when.isAttempt(attempt),
        when.isProcessing,
        when.noCancelAsked,
        when.differs("stored", stored),
      ],
    });
    if (!applied) assertUncancelled(job, attempt);
  }

  async finish(attempt: Attempt, state: TerminalState): Promise<"finished" | "refused"> {
    const fields = Object.entries<unknown>({ ...state });
    const set = fields.map(([field]) => `#${field} = :end_${field}`).join(", ");
    const values = Object.fromEntries(fields.map(([field, value]) => [`end_${field}`, value]));
    const { applied } = await this.#change(attempt.jobId, {
      update: `SET ${set}, #expiresAt = :expiresAt REMOVE #deadlineAt`,
      values: {
        ...values,
        expiresAt: expiryAt(jobExpiryMs(attempt.jobId, this.#clock.now())),
      },
      conditions: [
        when.isAttempt(attempt),
        state.status === "completed" ? when.isProcessing : when.isUnfinished,
        ...(state.status === "failed" ? [when.noCancelAsked, when.notStored] : []),
      ],
    });
    return applied ? "finished" : "refused";
  }

  async markAnnounced(attempt: Attempt, account?: AttemptTotals): Promise<"announced" | "refused"> {
    const marked = await this.#markAnnounced(attempt, account);
    // If the note stays, sweep removes it.
    if (marked === "announced") {
      await dropUnfinished(this.#table, attempt).catch(() => undefined);
    }
    return marked;
  }

  async #markAnnounced(
    attempt: Attempt,
    account?: AttemptTotals,
  ): Promise<"announced" | "refused"> {
    const announced = {
      update: "SET #announced = :yes",
      values: { yes: true },
      conditions: [when.isAttempt(attempt), when.isFinished, when.notAnnounced, this.#unexpired()],
    };
    if (account === undefined) {
      const { applied } = await this.#change(attempt.jobId, announced);
      return applied ? "announced" : "refused";
    }
    const change = { key: jobKey(attempt.jobId), ...raised(announced) };
    const written = await announceWith(this.#table, this.#clock, attempt, change, account);
    return written === "applied" ? "announced" : "refused";
  }

  async requestCancel(
    jobId: string,
    at: string,
  ): Promise<{ outcome: "requested" | "publishing" | "terminal"; job: Job }> {
    const { job } = await this.#change(jobId, {
      update: "SET #cancelRequestedAt = :at",
      values: { at },
      conditions: [when.isUnfinished, when.notPublishing, when.noCancelAsked],
    });
    if (job === undefined) throw new JobMissingError(jobId);
    if (isTerminal(job.status)) return { outcome: "terminal", job };
    return { outcome: job.publishing ? "publishing" : "requested", job };
  }

  async intendRetry(attempt: Attempt, at: string): Promise<"intended" | "refused"> {
    const { applied, job } = await this.#change(attempt.jobId, {
      update: "SET #retryRequestedAt = :retryRequestedAt",
      conditions: [
        when.isAttempt(attempt),
        when.isRetryable,
        when.differs("retryRequestedAt", at),
        this.#unexpired(),
      ],
    });
    const repeated = job?.attempt === attempt.attempt && job.retryRequestedAt === at;
    return applied || repeated ? "intended" : "refused";
  }

  async requeue(
    attempt: Attempt,
    ended?: readonly EndedAttempt[],
  ): Promise<"requeued" | "refused"> {
    const next = { jobId: attempt.jobId, attempt: attempt.attempt + 1 };
    await noteUnfinished(this.#table, next, this.#clock.now());
    const { applied, job } = await this.#change(attempt.jobId, {
      update:
        "SET #status = :next, #attempt = :nextAttempt, #announced = :no, " +
        `#queuedAt = :now${ended === undefined ? "" : ", #endedAttempts = :ended"} ` +
        "REMOVE #stored, #storageAt, #cancelRequestedAt, #retryRequestedAt, #startedAt, #failedAt, " +
        "#cancelledAt, #error, #expiresAt",
      values: {
        next: "queued",
        nextAttempt: attempt.attempt + 1,
        no: false,
        now: this.#now(),
        ...(ended === undefined ? {} : { ended: [...ended] }),
      },
      conditions: [when.isAttempt(attempt), when.isRetryable, this.#unexpired()],
    });
    return applied || job?.attempt === attempt.attempt + 1 ? "requeued" : "refused";
  }

  unfinished(): Promise<readonly NotedAttempt[]> {
    return listUnfinished(this.#table);
  }

  forgetUnfinished(noted: NotedAttempt): Promise<void> {
    return forgetUnfinished(this.#table, noted);
  }

  recordUsage(attempt: Attempt, invocation: string, usage: Partial<Usage>): Promise<void> {
    return putUsage(this.#table, attempt, invocation, usage, this.#clock.now());
  }

  usage(jobId: string, attempt?: number): Promise<Usage> {
    return sumUsage(this.#table, jobId, attempt);
  }

  /** Every change raises the version. Answers the job as it is now, changed or not. */
  async #change(
    jobId: string,
    change: ConditionalChange,
  ): Promise<{ applied: boolean; job: Job | undefined }> {
    const written = await this.#table.updateIf(jobKey(jobId), raised(change));
    const { applied } = written;
    return { applied, job: this.#live(applied ? written.item : written.currentItem) };
  }

  #now(): string {
    return isoTime(this.#clock);
  }

  #live(item: Item | undefined): Job | undefined {
    return item === undefined || hasExpired(item, this.#clock.now()) ? undefined : jobOf(item);
  }

  #unexpired() {
    return unexpired(this.#clock.now());
  }
}

/** An expression may have one `ADD` clause; where there is one it is the last. */
function raised({ update, values, ...change }: ConditionalChange): ConditionalChange {
  return {
    ...change,
    update: `${update}${/\bADD /.test(update) ? "," : " ADD"} #version :one`,
    values: { ...values, one: 1 },
  };
}

function isRunning(job: Job | undefined, { attempt }: Attempt): boolean {
  return job?.attempt === attempt && job.status === "processing";
}

function isCancelAsked(job: Job | undefined): boolean {
  return job?.cancelRequestedAt !== undefined;
}

function assertRunning(job: Job | undefined, attempt: Attempt): void {
  if (isRunning(job, attempt)) return;
  const now = job === undefined ? "does not exist" : `is ${job.status}, attempt ${job.attempt}`;
  throw new JobCancelledError(
    `${attemptId(attempt)} is not running: its job ${now}. It does no more work.`,
  );
}

function assertUncancelled(job: Job | undefined, attempt: Attempt): void {
  assertRunning(job, attempt);
  if (!isCancelAsked(job)) return;
  throw new JobCancelledError(`A cancel of ${attemptId(attempt)} was requested.`);
}
