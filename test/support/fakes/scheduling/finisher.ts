import type { Attempt } from "../../../../lambdas/records/jobs/attempt.ts";
import type { Ending, Finisher } from "../../../../lambdas/scheduling/orchestration.ts";

/** Notes what it is told, and hands it on to the real finish if it was given one. */
export class MemoryFinisher implements Finisher {
  readonly told: { readonly attempt: Attempt; readonly ending: Ending }[] = [];
  readonly #finish: (attempt: Attempt, ending: Ending) => Promise<unknown>;

  constructor(finish: (attempt: Attempt, ending: Ending) => Promise<unknown> = async () => {}) {
    this.#finish = finish;
  }

  async finish({ jobId, attempt }: Attempt, ending: Ending): Promise<void> {
    this.told.push({ attempt: { jobId, attempt }, ending });
    await this.#finish({ jobId, attempt }, ending);
  }
}
