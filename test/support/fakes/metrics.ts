import type { Ledger } from "../../../lambdas/accounting/ledger.ts";
import type { Metrics, TallyStore } from "../../../lambdas/accounting/metrics.ts";
import { addTallies, type Tallies, talliesOf } from "../../../lambdas/accounting/tallies.ts";
import type { Sample } from "../../../lambdas/contract/calls/metrics.ts";
import type { QueueWatch } from "../../../lambdas/scheduling/queue/queue-watch.ts";
import type { QueueObservation } from "../../../lambdas/scheduling/queue/stall.ts";

export class MemoryMetrics implements Metrics {
  readonly emitted: Sample[] = [];

  emit(samples: readonly Sample[]): void {
    this.emitted.push(...samples);
  }
}

/** Tallies and ledgers; a job store writes to both. */
export class MemoryAccounts implements TallyStore, Ledger {
  #tallies: Tallies = {};
  readonly #ledgers = new Map<string, Tallies>();

  async add(samples: readonly Sample[]): Promise<void> {
    this.#tallies = addTallies(this.#tallies, talliesOf(samples));
  }

  read(): Promise<Tallies>;
  read(tenant: string, month: string): Promise<Tallies>;
  async read(tenant?: string, month?: string): Promise<Tallies> {
    if (tenant === undefined) return this.#tallies;
    return this.#ledgers.get(`${tenant} ${month}`) ?? {};
  }

  book(tallies: Tallies, tenant: string, month: string, ledger: Tallies): void {
    this.#tallies = addTallies(this.#tallies, tallies);
    const key = `${tenant} ${month}`;
    this.#ledgers.set(key, addTallies(this.#ledgers.get(key) ?? {}, ledger));
  }
}

export class MemoryQueueWatch implements QueueWatch {
  #seen: QueueObservation | undefined;

  async last(): Promise<QueueObservation | undefined> {
    return this.#seen;
  }

  async keep(observation: QueueObservation): Promise<void> {
    this.#seen = observation;
  }
}
