/** Two sweeps after a slot has lost its job, it is free. */
import { decodeTime } from "ulid";
import type { Clock } from "../../../lambdas/platform/clock.ts";
import { type AttemptId, parseAttemptId } from "../../../lambdas/records/jobs/attempt.ts";
import { isTerminal, type Job } from "../../../lambdas/records/jobs/job.ts";
import { orphanAgeMs } from "../../../lambdas/scheduling/limits.ts";
import type { MemoryWorkflow } from "../../support/fakes/scheduling/workflow.ts";
import type { Verdict } from "./verdict.ts";

const sweepsAllowed = 2;

export class SlotRules {
  readonly #verdict: Verdict;
  readonly #clock: Clock;
  readonly #admitted: ReadonlySet<AttemptId>;
  readonly #jobs: ReadonlyMap<string, Job>;
  readonly #workflow: MemoryWorkflow;
  /** Sweeps that began while the slot was stale. */
  #stale = new Map<AttemptId, number>();

  constructor(
    verdict: Verdict,
    world: {
      clock: Clock;
      admitted: ReadonlySet<AttemptId>;
      jobs: ReadonlyMap<string, Job>;
      workflow: MemoryWorkflow;
    },
  ) {
    this.#verdict = verdict;
    this.#clock = world.clock;
    this.#admitted = world.admitted;
    this.#jobs = world.jobs;
    this.#workflow = world.workflow;
  }

  beforeSweep(): void {
    const stale = [...this.#admitted].filter((id) => this.#isStale(id));
    this.#stale = new Map(stale.map((id) => [id, (this.#stale.get(id) ?? 0) + 1]));
  }

  afterSweep(): void {
    for (const [id, sweeps] of this.#stale) {
      this.#verdict.require(
        sweeps < sweepsAllowed || !this.#admitted.has(id),
        "no slot is leaked for longer than two sweeps",
        () => `${id} is still admitted after ${sweeps} sweeps`,
      );
    }
  }

  #isStale(id: AttemptId): boolean {
    const { jobId, attempt } = parseAttemptId(id);
    const job = this.#jobs.get(jobId);
    const orphanedMs = this.#clock.now() - orphanAgeMs;
    if (job === undefined) return decodeTime(jobId) < orphanedMs;
    if (job.attempt < attempt) {
      return Date.parse(job.retryRequestedAt ?? job.submittedAt) < orphanedMs;
    }
    const { status } = this.#workflow.executions.get(id) ?? { status: "running" };
    return job.attempt > attempt || isTerminal(job.status) || status !== "running";
  }
}
