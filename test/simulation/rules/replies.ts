/** What clients were told binds. */

import type { JobStatus } from "../../../lambdas/contract/vocabulary.ts";
import { type AttemptId, attemptId } from "../../../lambdas/records/jobs/attempt.ts";
import type { Job } from "../../../lambdas/records/jobs/job.ts";
import type { Verdict } from "./verdict.ts";

export class ReplyRules {
  readonly #verdict: Verdict;
  readonly #byKey = new Map<string, string>();
  readonly accepted = new Set<string>();
  /** Whether its objects must be gone too. */
  readonly #refused = new Map<string, boolean>();
  readonly #cancelled = new Set<AttemptId>();

  constructor(verdict: Verdict) {
    this.#verdict = verdict;
  }

  /** A 202. */
  accept(jobId: string, key: string | undefined): void {
    this.accepted.add(jobId);
    if (key === undefined) return;
    const first = this.#byKey.get(key) ?? jobId;
    this.#byKey.set(key, first);
    this.#verdict.require(
      first === jobId,
      "an idempotency key names one job",
      () => `${key} names ${first} and ${jobId}`,
    );
  }

  /** A 503 that says that nothing was kept of it. */
  refuse(jobId: string, { whole }: { readonly whole: boolean }): void {
    this.#refused.set(jobId, whole);
  }

  /** An answer to a cancel other than a refusal. */
  cancel(job: Job): void {
    this.#cancelled.add(attemptId(job));
  }

  /** At rest. */
  check(
    jobs: ReadonlyMap<string, Job>,
    ends: ReadonlyMap<AttemptId, JobStatus>,
    objects: (jobId: string) => readonly string[],
  ): void {
    for (const jobId of this.accepted) {
      this.#verdict.require(jobs.has(jobId), "an accepted job is not lost", () => jobId);
    }
    for (const [jobId, whole] of this.#refused) {
      this.#verdict.require(
        !jobs.has(jobId) && (!whole || objects(jobId).length === 0),
        "of a refused submission nothing is left",
        () => `${jobId}: ${jobs.get(jobId)?.status ?? "no job"}, ${objects(jobId).join(", ")}`,
      );
    }
    for (const id of this.#cancelled) {
      this.#verdict.require(
        ends.get(id) === "cancelled",
        "a cancel that was acknowledged ends the job cancelled",
        () => `${id} is ${ends.get(id)}`,
      );
    }
  }
}
