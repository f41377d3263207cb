/** Two sweeps after a job has lost its slot, it has one again. */
import { type AttemptId, attemptId } from "../../../lambdas/records/jobs/attempt.ts";
import { isTerminal, type Job } from "../../../lambdas/records/jobs/job.ts";
import type { Gate } from "../../../lambdas/scheduling/gate/gate.ts";
import type { Verdict } from "./verdict.ts";

const sweepsAllowed = 2;

export class LostJobRules {
  readonly #verdict: Verdict;
  readonly #jobs: ReadonlyMap<string, Job>;
  /** Without faults: what it says is what is. */
  readonly #gate: Gate;
  /** Sweeps that began while the job was without a slot. */
  #lost = new Map<AttemptId, number>();

  constructor(verdict: Verdict, jobs: ReadonlyMap<string, Job>, gate: Gate) {
    this.#verdict = verdict;
    this.#jobs = jobs;
    this.#gate = gate;
  }

  async beforeSweep(): Promise<void> {
    const lost = await this.#withoutSlot();
    this.#lost = new Map([...lost].map((id) => [id, (this.#lost.get(id) ?? 0) + 1]));
  }

  async afterSweep(): Promise<void> {
    const lost = await this.#withoutSlot();
    for (const [id, sweeps] of this.#lost) {
      this.#verdict.require(
        sweeps < sweepsAllowed || !lost.has(id),
        "no accepted job is without a slot for longer than two sweeps",
        () => `${id} is not at the gate after ${sweeps} sweeps`,
      );
    }
  }

  async #withoutSlot(): Promise<ReadonlySet<AttemptId>> {
    const { admitted } = await this.#gate.read();
    const unfinished = [...this.#jobs.values()].filter(({ status }) => !isTerminal(status));
    return new Set(unfinished.map(attemptId).filter((id) => !admitted.has(id)));
  }
}
