import type { Dependency } from "../../../../lambdas/contract/vocabulary.ts";
import type { Limiter, TakeRequest } from "../../../../lambdas/models/limiter/limiter.ts";
import {
  jobOf,
  type LeaseId,
  type Party,
  type Permits,
  partyOf,
  permitsInUse,
} from "../../../../lambdas/models/limiter/share.ts";
import type { Clock } from "../../../../lambdas/platform/clock.ts";

interface Kept {
  held: Map<string, number>;
  waiting: Map<string, number>;
}

export class MemoryLimiter implements Limiter {
  readonly #clock: Pick<Clock, "now">;
  readonly #kept: Record<Dependency, Kept> = {
    llm: { held: new Map(), waiting: new Map() },
    embeddings: { held: new Map(), waiting: new Map() },
  };

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  async take(dependency: Dependency, request: TakeRequest) {
    const { held, waiting } = this.#kept[dependency];
    const { leases, party, jobId, cap, perJob, untilMs } = request;
    const fits = () =>
      held.has(leases[0] ?? "") ||
      (held.size + leases.length <= cap &&
        (jobId === undefined || this.#ofJob(held, jobId) + leases.length <= perJob));
    if (!fits()) {
      for (const [lease, until] of held) if (until <= this.#clock.now()) held.delete(lease);
    }
    const taken = fits();
    if (taken) {
      for (const lease of leases) held.set(lease, untilMs);
      waiting.delete(party);
    }
    return { taken, permits: this.#permits(dependency) };
  }

  async renew(dependency: Dependency, leases: readonly LeaseId[], untilMs: number) {
    const { held } = this.#kept[dependency];
    if (!leases.every((lease) => held.has(lease))) return false;
    for (const lease of leases) held.set(lease, untilMs);
    return true;
  }

  async give(dependency: Dependency, given: { leases: readonly LeaseId[]; party: Party }) {
    const { held, waiting } = this.#kept[dependency];
    for (const lease of given.leases) held.delete(lease);
    waiting.delete(given.party);
  }

  async announce(dependency: Dependency, party: Party, untilMs: number): Promise<void> {
    this.#kept[dependency].waiting.set(party, untilMs);
  }

  async read(dependency: Dependency): Promise<Permits> {
    return this.#permits(dependency);
  }

  async inUse(dependency: Dependency): Promise<number> {
    return permitsInUse(this.#permits(dependency), this.#clock.now());
  }

  #permits(dependency: Dependency): Permits {
    const { held, waiting } = this.#kept[dependency];
    return { held: Object.fromEntries(held), waiting: Object.fromEntries(waiting) };
  }

  #ofJob(held: ReadonlyMap<string, number>, jobId: string): number {
    return [...held.keys()].filter((lease) => jobOf(partyOf(lease)) === jobId).length;
  }
}
