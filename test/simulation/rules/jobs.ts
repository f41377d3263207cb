/** A job's life: where it may go from where it stands. */

import type { JobStatus } from "../../../lambdas/contract/vocabulary.ts";
import type { Clock } from "../../../lambdas/platform/clock.ts";
import { type Attempt, type AttemptId, attemptId } from "../../../lambdas/records/jobs/attempt.ts";
import { isTerminal, type Job } from "../../../lambdas/records/jobs/job.ts";
import type { JobStore } from "../../../lambdas/records/jobs/job-store.ts";
import { progressOf } from "../../../lambdas/records/jobs/progress.ts";
import { tapped } from "./tapped.ts";
import type { Verdict } from "./verdict.ts";

export class JobRules {
  /** Each job as it stands. */
  readonly jobs = new Map<string, Job>();
  /** How each attempt ended. */
  readonly ends = new Map<AttemptId, JobStatus>();
  /** Since when an attempt must make no more calls. */
  readonly overSinceMs = new Map<AttemptId, number>();
  /** Told of each job that storage reports done. */
  onStored: (job: Job) => void = () => undefined;
  /** Told of each end. */
  onEnd: (job: Job) => void = () => undefined;
  readonly #verdict: Verdict;
  readonly #clock: Clock;
  readonly #maxActive: number;

  constructor(verdict: Verdict, clock: Clock, maxActive: number) {
    this.#verdict = verdict;
    this.#clock = clock;
    this.#maxActive = maxActive;
  }

  watch(store: JobStore): JobStore {
    const look = async ([{ jobId }]: readonly [Attempt, ...unknown[]]) =>
      this.#changed(await store.read(jobId));
    return tapped(store, {
      create: async ([{ jobId }]) => this.#changed(await store.read(jobId)),
      start: look,
      recordChunking: look,
      recordBatch: look,
      beginPublishing: look,
      recordStored: async (args) => {
        await look(args);
        const job = this.jobs.get(args[0].jobId);
        if (job !== undefined) this.onStored(job);
      },
      finish: look,
      markAnnounced: look,
      requestCancel: async ([jobId]) => this.#changed(await store.read(jobId)),
      intendRetry: look,
      requeue: look,
    });
  }

  #changed(job: Job | undefined): void {
    if (job === undefined) return;
    const before = this.jobs.get(job.jobId);
    if (before?.version === job.version && endOf(before) === endOf(job)) return;
    this.jobs.set(job.jobId, job);
    if (before !== undefined) this.#checkStep(before, job);
    const id = attemptId(job);
    const over = isTerminal(job.status) || job.cancelRequestedAt !== undefined;
    if (over && !this.overSinceMs.has(id)) this.overSinceMs.set(id, this.#clock.now());
    if (isTerminal(job.status) && !this.ends.has(id)) {
      this.ends.set(id, job.status);
      this.onEnd(job);
    }
    if (job.status === "processing" && before?.status !== "processing") this.#countRunning();
  }

  #checkStep(before: Job, now: Job): void {
    const told = () =>
      `${attemptId(before)} was ${before.status}, and now ${attemptId(now)} is ${now.status}`;
    if (before.attempt === now.attempt) {
      if (isTerminal(before.status)) {
        this.#verdict.require(
          endOf(before) === endOf(now),
          "a terminal state is never overwritten",
          told,
        );
      }
    } else {
      const retried =
        now.attempt === before.attempt + 1 &&
        now.status === "queued" &&
        (before.status === "failed" || before.status === "cancelled");
      this.#verdict.require(retried, "only a retry begins another attempt", told);
    }
    this.#verdict.require(
      progressOf(now) >= progressOf(before),
      "progress never falls",
      () => `${told()}, at ${progressOf(before)} and then ${progressOf(now)}`,
    );
  }

  #countRunning(): void {
    const running = [...this.jobs.values()].filter(({ status }) => status === "processing");
    this.#verdict.require(
      running.length <= this.#maxActive,
      "never more jobs process than there are slots",
      () => running.map(attemptId).join(", "),
    );
  }
}

function endOf(job: Job): string {
  switch (job.status) {
    case "completed":
      return `completed at ${job.completedAt}`;
    case "failed":
      return `failed at ${job.failedAt}`;
    case "cancelled":
      return `cancelled at ${job.cancelledAt}`;
    case "queued":
    case "processing":
      return job.status;
  }
}
