import { isDeepStrictEqual } from "node:util";
import type { AttemptTotals } from "../../../../lambdas/accounting/attempt-totals.ts";
import { addUsage, noUsage, type Usage } from "../../../../lambdas/accounting/usage.ts";
import type { BatchStage } from "../../../../lambdas/contract/vocabulary.ts";
import { type Clock, isoTime } from "../../../../lambdas/platform/clock.ts";
import { cursorAfter, readCursor } from "../../../../lambdas/platform/dynamodb/cursor.ts";
import {
  type Attempt,
  type AttemptId,
  attemptId,
  parseAttemptId,
} from "../../../../lambdas/records/jobs/attempt.ts";
import { JobCancelledError } from "../../../../lambdas/records/jobs/errors.ts";
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
} from "../../../../lambdas/records/jobs/job.ts";
import { jobExpiryMs } from "../../../../lambdas/records/jobs/job-expiry.ts";
import {
  JobMissingError,
  type JobPage,
  type JobQuery,
  type JobStore,
  type NotedAttempt,
} from "../../../../lambdas/records/jobs/job-store.ts";
import { MemoryAccounts } from "../metrics.ts";

/** A job's fields without the rule of which go together; {@link asJob} holds the way back. */
type Fields = Record<string, unknown> & {
  [Key in keyof Job]: Job[Key];
};

interface Kept {
  readonly fields: Fields;
  /** Terminal jobs only. */
  readonly expiresAtMs: number;
}

export class MemoryJobStore implements JobStore {
  readonly #clock: Clock;
  readonly #accounts: MemoryAccounts;
  readonly #jobs = new Map<string, Kept>();
  readonly #usage = new Map<string, Map<string, Partial<Usage>>>();
  readonly #unfinished = new Map<AttemptId, number>();

  /** @param accounts what announcements are booked in. @default nowhere to be seen */
  constructor(clock: Clock, accounts = new MemoryAccounts()) {
    this.#clock = clock;
    this.#accounts = accounts;
  }

  async create(submission: Submission): Promise<"created" | "exists"> {
    this.#note({ jobId: submission.jobId, attempt: 1 });
    if (this.#jobs.has(submission.jobId)) return "exists";
    this.#keep({
      ...submission,
      status: "queued",
      attempt: 1,
      fingerprint: "",
      metadataDone: new Set<number>(),
      embeddingsDone: new Set<number>(),
      publishing: false,
      announced: false,
      version: 1,
    });
    return "created";
  }

  async remove({ jobId, attempt }: Attempt): Promise<void> {
    const job = await this.read(jobId);
    if (job?.attempt === attempt && job.announced) this.#jobs.delete(jobId);
  }

  async read(jobId: string): Promise<Job | undefined> {
    const job = this.#find(jobId);
    return job === undefined ? undefined : asJob(job);
  }

  async list(query: JobQuery): Promise<JobPage> {
    const before =
      query.cursor === undefined ? undefined : readCursor(query.tenant, "jobs", query.cursor);
    const found = [...this.#jobs.keys()]
      .flatMap((id) => this.#find(id) ?? [])
      .filter(
        (job) =>
          job.tenant === query.tenant &&
          (query.status === undefined || job.status === query.status) &&
          (query.documentId === undefined || job.documentId === query.documentId) &&
          (before === undefined || job.jobId < before),
      )
      .sort((a, b) => (a.jobId < b.jobId ? 1 : -1));
    const jobs = found.slice(0, query.limit).map(asJob);
    const last = jobs.at(-1);
    return found.length > jobs.length && last !== undefined
      ? { jobs, nextCursor: cursorAfter(query.tenant, "jobs", last.jobId) }
      : { jobs };
  }

  async start(
    attempt: Attempt,
    times: { startedAt: string; deadlineAt: string },
  ): Promise<"started" | "refused"> {
    const job = this.#find(attempt.jobId);
    if (job?.attempt !== attempt.attempt || job.cancelRequestedAt !== undefined) return "refused";
    if (job.status === "processing") return "started";
    if (job.status !== "queued") return "refused";
    this.#change(job, { status: "processing", ...times });
    return "started";
  }

  async recordReading(attempt: Attempt, reading: ReadingProgress): Promise<void> {
    const job = this.#uncancelled(attempt);
    if (reading.done > (job.reading?.done ?? -1)) this.#change(job, { reading });
  }

  async recordExtraction(
    attempt: Attempt,
    extraction: Extraction,
    fingerprint: string,
  ): Promise<void> {
    const job = this.#uncancelled(attempt);
    if (!isDeepStrictEqual(job.extraction, extraction))
      this.#change(job, { extraction, fingerprint, extractionAt: this.#now() });
  }

  async recordChunking(attempt: Attempt, chunking: Chunking): Promise<void> {
    const job = this.#uncancelled(attempt);
    if (!isDeepStrictEqual(job.chunking, chunking))
      this.#change(job, { chunking, chunkingAt: this.#now() });
  }

  async recordBatch(attempt: Attempt, stage: BatchStage, batch: number): Promise<void> {
    const job = this.#running(attempt);
    const name = stage === "metadata" ? "metadataDone" : "embeddingsDone";
    if (!job[name].has(batch)) {
      this.#change(job, {
        [name]: new Set([...job[name], batch]),
        [`${stage}At`]: this.#now(),
      });
    }
  }

  async beginPublishing(attempt: Attempt): Promise<void> {
    const job = this.#uncancelled(attempt);
    if (!job.publishing) this.#change(job, { publishing: true });
  }

  async recordStored(attempt: Attempt, stored: Omit<JobResult, "usage">): Promise<void> {
    const job = this.#uncancelled(attempt);
    if (!isDeepStrictEqual(job["stored"], stored)) {
      this.#change(job, { stored, publishing: true, storageAt: this.#now() });
    }
  }

  async finish(attempt: Attempt, state: TerminalState): Promise<"finished" | "refused"> {
    const job = this.#find(attempt.jobId);
    if (job?.attempt !== attempt.attempt || isTerminal(job.status)) return "refused";
    if (state.status === "completed" && job.status !== "processing") return "refused";
    const outweighed = job.cancelRequestedAt !== undefined || job["stored"] !== undefined;
    if (state.status === "failed" && outweighed) return "refused";
    this.#change(job, { ...state, deadlineAt: undefined });
    return "finished";
  }

  async markAnnounced(attempt: Attempt, account?: AttemptTotals): Promise<"announced" | "refused"> {
    const job = this.#find(attempt.jobId);
    if (job?.attempt !== attempt.attempt || !isTerminal(job.status) || job.announced) {
      return "refused";
    }
    this.#change(job, { announced: true });
    this.#unfinished.delete(attemptId(attempt));
    if (account !== undefined) {
      this.#accounts.book(account.tallies, account.tenant, account.month, account.ledger);
    }
    return "announced";
  }

  async requestCancel(
    jobId: string,
    at: string,
  ): Promise<{ outcome: "requested" | "publishing" | "terminal"; job: Job }> {
    const job = this.#find(jobId);
    if (job === undefined) throw new JobMissingError(jobId);
    if (isTerminal(job.status)) return { outcome: "terminal", job: asJob(job) };
    if (job.publishing) return { outcome: "publishing", job: asJob(job) };
    const asked = job.cancelRequestedAt === undefined;
    const now = asked ? this.#change(job, { cancelRequestedAt: at }) : job;
    return { outcome: "requested", job: asJob(now) };
  }

  async intendRetry(attempt: Attempt, at: string): Promise<"intended" | "refused"> {
    const job = this.#find(attempt.jobId);
    if (job?.attempt !== attempt.attempt || !isRetryable(job)) return "refused";
    if (job.retryRequestedAt !== at) this.#change(job, { retryRequestedAt: at });
    return "intended";
  }

  async requeue(
    attempt: Attempt,
    ended?: readonly EndedAttempt[],
  ): Promise<"requeued" | "refused"> {
    this.#note({ jobId: attempt.jobId, attempt: attempt.attempt + 1 });
    const job = this.#find(attempt.jobId);
    if (job === undefined) return "refused";
    if (job.attempt === attempt.attempt + 1) return "requeued";
    if (job.attempt !== attempt.attempt || !isRetryable(job)) return "refused";
    this.#change(job, {
      status: "queued",
      attempt: attempt.attempt + 1,
      queuedAt: this.#now(),
      ...(ended === undefined ? {} : { endedAttempts: ended }),
      announced: false,
      stored: undefined,
      storageAt: undefined,
      cancelRequestedAt: undefined,
      retryRequestedAt: undefined,
      startedAt: undefined,
      failedAt: undefined,
      cancelledAt: undefined,
      error: undefined,
    });
    return "requeued";
  }

  async unfinished(): Promise<readonly NotedAttempt[]> {
    return [...this.#unfinished].map(([id, notedAtMs]) => ({ ...parseAttemptId(id), notedAtMs }));
  }

  async forgetUnfinished(noted: NotedAttempt): Promise<void> {
    const id = attemptId(noted);
    if (this.#unfinished.get(id) === noted.notedAtMs) this.#unfinished.delete(id);
  }

  #note(attempt: Attempt): void {
    this.#unfinished.set(attemptId(attempt), this.#clock.now());
  }

  async recordUsage(attempt: Attempt, invocation: string, usage: Partial<Usage>): Promise<void> {
    const kept = this.#usage.get(attempt.jobId) ?? new Map<string, Partial<Usage>>();
    this.#usage.set(attempt.jobId, kept);
    const name = `${attempt.attempt}#${invocation}`;
    if (!kept.has(name)) kept.set(name, { ...usage });
  }

  async usage(jobId: string, attempt?: number): Promise<Usage> {
    return [...(this.#usage.get(jobId)?.entries() ?? [])]
      .filter(([name]) => attempt === undefined || name.startsWith(`${attempt}#`))
      .map(([, usage]) => usage)
      .reduce<Usage>(addUsage, noUsage);
  }

  #now(): string {
    return isoTime(this.#clock);
  }

  #find(jobId: string): Fields | undefined {
    const kept = this.#jobs.get(jobId);
    return kept === undefined || kept.expiresAtMs <= this.#clock.now() ? undefined : kept.fields;
  }

  #running(attempt: Attempt): Fields {
    const job = this.#find(attempt.jobId);
    if (job?.attempt === attempt.attempt && job.status === "processing") return job;
    throw new JobCancelledError(`${attemptId(attempt)} is not running; it does no more work.`);
  }

  #uncancelled(attempt: Attempt): Fields {
    const job = this.#running(attempt);
    if (job.cancelRequestedAt === undefined) return job;
    throw new JobCancelledError(`A cancel of ${attemptId(attempt)} was requested.`);
  }

  /** Changes some fields, drops those that are `undefined`, and raises the version. */
  #change(job: Fields, changes: Record<string, unknown>): Fields {
    const fields: Record<string, unknown> = { ...job, ...changes, version: job.version + 1 };
    for (const [name, value] of Object.entries(changes))
      if (value === undefined) delete fields[name];
    return this.#keep(fields);
  }

  #keep(fields: Record<string, unknown>): Fields {
    const job = copyOf(fields) as Fields;
    // What comes after the end, an announcement or a retry's intent, does not put it off.
    const ended = this.#jobs.get(job.jobId);
    const expiresAtMs = !isTerminal(job.status)
      ? Number.POSITIVE_INFINITY
      : ended !== undefined && isTerminal(ended.fields.status)
        ? ended.expiresAtMs
        : jobExpiryMs(job.jobId, this.#clock.now());
    this.#jobs.set(job.jobId, { fields: job, expiresAtMs });
    return job;
  }
}

function isRetryable(job: Fields): boolean {
  return job.status === "failed" || job.status === "cancelled";
}

function asJob(fields: Fields): Job {
  return copyOf(fields) as unknown as Job;
}

/** The sets are copied; everything else in a job is replaced, never changed. */
function copyOf(fields: Record<string, unknown>): Record<string, unknown> {
  const { metadataDone, embeddingsDone } = fields as Fields;
  return {
    ...fields,
    metadataDone: new Set(metadataDone),
    embeddingsDone: new Set(embeddingsDone),
  };
}
