import type { Dependency } from "../../contract/vocabulary.ts";
import type { LeaseId, Party, Permits } from "./share.ts";

export interface TakeRequest {
  /** One lease, one permit: a call in flight. All are taken or none. */
  readonly leases: readonly LeaseId[];
  readonly party: Party;
  /** Whose calls are bounded together; a search has none. */
  readonly jobId: string | undefined;
  /** Permits over all jobs and function instances. */
  readonly cap: number;
  /** Permits of one job, over its attempts and batches. */
  readonly perJob: number;
  /** Epoch milliseconds at which the leases run out by themselves. */
  readonly untilMs: number;
}

/** Permits for provider calls, exact over all function instances. */
export interface Limiter {
  /** Takes all the leases if the caps allow it. Answers the permits as they then are. */
  take(
    dependency: Dependency,
    request: TakeRequest,
  ): Promise<{ readonly taken: boolean; readonly permits: Permits }>;
  /** Makes leases last longer. `false` when one of them is gone: it may have been given to others. */
  renew(dependency: Dependency, leases: readonly LeaseId[], untilMs: number): Promise<boolean>;
  /** Gives leases back; those that are gone do not matter. */
  give(
    dependency: Dependency,
    given: { readonly leases: readonly LeaseId[]; readonly party: Party; readonly jobId?: string },
  ): Promise<void>;
  /** Lets holders know until when this party waits for permits. */
  announce(dependency: Dependency, party: Party, untilMs: number): Promise<void>;
  /** Consistent. */
  read(dependency: Dependency): Promise<Permits>;
  inUse(dependency: Dependency): Promise<number>;
}
