/** The permits of one batch, or one search: taken while some are free, given back when others lack theirs. */

import type { Dependency } from "../../contract/vocabulary.ts";
import type { Clock } from "../../platform/clock.ts";
import { isThrottled } from "../../platform/dynamodb/throttling.ts";
import { callLeaseMs, permitLeaseMs } from "../limits.ts";
import type { Limiter } from "./limiter.ts";
import {
  type Claimant,
  isShort,
  jobOf,
  type LeaseId,
  mayTake,
  type Party,
  type Permits,
  shouldGive,
} from "./share.ts";

/** A look at the permits serves for this long. */
const freshMs = 150;
/** Takers that come first are looked past so often, before waiting. */
const maxTakes = 3;
/** How long others reckon with a party that waits, and when it announces itself anew. */
const announcedMs = 4_000;
const announceAgainMs = 2_000;

export interface PartyOptions {
  readonly dependency: Dependency;
  readonly party: Party;
  /** Names this run of the party; two runs of one batch hold leases of their own. */
  readonly run: string;
  readonly cap: number;
  readonly perJob: number;
  /** How long a call may take. */
  readonly timeoutMs: number;
}

export class PartyPermits {
  readonly #limiter: Limiter;
  readonly #clock: Clock;
  readonly #options: PartyOptions;
  readonly #claimant: Claimant;
  readonly #jobId: string | undefined;
  /** When each lease runs out. */
  readonly #held = new Map<LeaseId, number>();
  /** Asked for, but the answer was lost: given back with the others. */
  readonly #unsure = new Set<LeaseId>();
  #seen: { readonly permits: Permits; readonly atMs: number } | undefined;
  #looking: Promise<Permits> | undefined;
  #announcedUntilMs = 0;
  #taken = 0;
  #renewing: Promise<void> | undefined;

  constructor(limiter: Limiter, clock: Clock, options: PartyOptions) {
    this.#limiter = limiter;
    this.#clock = clock;
    this.#options = options;
    const { party, cap, perJob } = options;
    this.#claimant = { party, cap, perJob };
    this.#jobId = jobOf(party);
  }

  /** Takes up to `want` permits. Lets others know of a lack when there is none to take. */
  async take(want: number): Promise<LeaseId[]> {
    try {
      for (let takes = 0; takes < maxTakes; takes++) {
        const permits = await this.#look();
        const count = mayTake(permits, this.#claimant, want, this.#clock.now());
        if (count === 0) break;
        const leases = await this.#takeAll(count);
        if (leases.length > 0) return leases;
      }
      await this.#announce();
    } catch (error) {
      // A throttled table is waited for like a permit.
      if (!isThrottled(error)) throw error;
    }
    return [];
  }

  /** Whether a call may start under the lease; renews it when it would end within the call. */
  async covers(lease: LeaseId): Promise<boolean> {
    const lasts = () =>
      (this.#held.get(lease) ?? 0) >= this.#clock.now() + callLeaseMs(this.#options.timeoutMs);
    if (lasts()) return true;
    if (!this.#held.has(lease)) return false;
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = undefined;
    });
    await this.#renewing;
    return lasts();
  }

  /** Looks at the permits, so that `isToGive` knows; a look that fails is none. */
  async refresh(): Promise<void> {
    await this.#look().catch(() => undefined);
  }

  /** Whether others lack what this party has beyond its share, as far as it last saw. */
  isToGive(): boolean {
    if (this.#seen === undefined) return false;
    return shouldGive(this.#seen.permits, this.#claimant, this.#clock.now()) > 0;
  }

  holds(lease: LeaseId): boolean {
    return this.#held.has(lease);
  }

  async give(lease: LeaseId): Promise<void> {
    if (!this.#held.delete(lease)) return;
    this.#seen = undefined;
    this.#looking = undefined;
    await this.#give([lease]);
  }

  /** Gives everything back. A lease that stays behind runs out by itself. */
  async giveAll(): Promise<void> {
    const leases = [...this.#held.keys(), ...this.#unsure];
    this.#held.clear();
    this.#unsure.clear();
    if (leases.length > 0 || this.#announcedUntilMs > this.#clock.now()) await this.#give(leases);
  }

  async #look(): Promise<Permits> {
    const nowMs = this.#clock.now();
    if (this.#seen !== undefined && nowMs - this.#seen.atMs < freshMs) return this.#seen.permits;
    // Calls that end together look together.
    this.#looking ??= this.#read();
    return this.#looking;
  }

  async #read(): Promise<Permits> {
    try {
      return this.#note(await this.#limiter.read(this.#options.dependency));
    } finally {
      this.#looking = undefined;
    }
  }

  #note(permits: Permits): Permits {
    this.#seen = { permits, atMs: this.#clock.now() };
    return permits;
  }

  async #takeAll(count: number): Promise<LeaseId[]> {
    const { dependency, party, run, cap, perJob, timeoutMs } = this.#options;
    const leases = Array.from({ length: count }, (): LeaseId => `${party}#${run}#${this.#taken++}`);
    const untilMs = this.#clock.now() + permitLeaseMs(timeoutMs);
    for (const lease of leases) this.#unsure.add(lease);
    const { taken, permits } = await this.#limiter.take(dependency, {
      leases,
      party,
      jobId: this.#jobId,
      cap,
      perJob,
      untilMs,
    });
    for (const lease of leases) this.#unsure.delete(lease);
    this.#note(permits);
    if (!taken) return [];
    this.#announcedUntilMs = 0;
    for (const lease of leases) this.#held.set(lease, untilMs);
    return leases;
  }

  async #announce(): Promise<void> {
    const nowMs = this.#clock.now();
    if (this.#announcedUntilMs > nowMs + announceAgainMs) return;
    if (this.#seen !== undefined && !isShort(this.#seen.permits, this.#claimant, nowMs)) return;
    this.#announcedUntilMs = nowMs + announcedMs;
    const { dependency, party } = this.#options;
    await this.#limiter.announce(dependency, party, this.#announcedUntilMs);
  }

  async #renew(): Promise<void> {
    const { dependency, timeoutMs } = this.#options;
    const leases = [...this.#held.keys()];
    const untilMs = this.#clock.now() + permitLeaseMs(timeoutMs);
    try {
      if (await this.#limiter.renew(dependency, leases, untilMs)) {
        for (const lease of leases) if (this.#held.has(lease)) this.#held.set(lease, untilMs);
        return;
      }
      const { held } = await this.#limiter.read(dependency);
      for (const lease of leases) if (held[lease] === undefined) this.#held.delete(lease);
    } catch (error) {
      if (!isThrottled(error)) throw error;
    }
  }

  async #give(leases: readonly LeaseId[]): Promise<void> {
    const { dependency, party } = this.#options;
    this.#announcedUntilMs = 0;
    const job = this.#jobId === undefined ? {} : { jobId: this.#jobId };
    await this.#limiter.give(dependency, { leases, party, ...job });
  }
}
