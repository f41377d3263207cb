/** Who may make how many provider calls at once: the arithmetic that batches and searches follow. */

import type { BatchStage } from "../../contract/vocabulary.ts";
import type { AttemptId } from "../../records/jobs/attempt.ts";

/** Who shares the permits: a batch, or one search. */
export type Party = `${AttemptId}-${BatchStage}-${number}` | `search-${string}`;

/** `party#invocation#number`: two runs of one batch hold leases of their own. */
export type LeaseId = `${Party}#${string}`;

/** The permits of a dependency as they are. Times are epoch milliseconds. */
export interface Permits {
  /** When each lease runs out. An expired one counts until somebody removes it. */
  readonly held: Readonly<Record<string, number>>;
  /** Until when each party waits for permits. */
  readonly waiting: Readonly<Record<string, number>>;
}

/** What a party asks for, and within which caps. */
export interface Claimant {
  readonly party: Party;
  readonly cap: number;
  readonly perJob: number;
}

export function partyOf(lease: string): string {
  return lease.slice(0, lease.indexOf("#"));
}

/** `undefined` for a search. */
export function jobOf(party: string): string | undefined {
  return /^(.+)-\d+-(?:metadata|embeddings)-\d+$/.exec(party)?.[1];
}

export function permitsInUse({ held }: Permits, nowMs: number): number {
  return Object.values(held).filter((untilMs) => untilMs > nowMs).length;
}

export function expiredLeases({ held }: Permits, nowMs: number): string[] {
  return Object.keys(held).filter((lease) => (held[lease] ?? 0) <= nowMs);
}

/**
 * How many more of `want` permits the party may take now. Whatever is free may
 * be taken, but for what waiting searches need, and what other waiting
 * batches lack of their fair share; within its own fair share a batch only
 * leaves the searches theirs.
 */
export function mayTake(permits: Permits, claimant: Claimant, want: number, nowMs: number): number {
  const { free, searches, mine, target, needed, job, siblingsNeed } = look(
    permits,
    claimant,
    nowMs,
  );
  const ofJob = claimant.perJob - job;
  if (isSearch(claimant.party)) return Math.max(0, Math.min(want, free));
  const room = Math.min(want, free - searches, ofJob);
  const fair = target - mine;
  const rest = Math.min(free - searches - needed, ofJob - siblingsNeed);
  return Math.max(0, Math.min(room, Math.max(fair, rest)));
}

/**
 * How many permits the party is to give back as its calls end: one for a
 * search that finds none free, and what it has beyond its fair share while
 * another batch has less than its own.
 */
export function shouldGive(permits: Permits, claimant: Claimant, nowMs: number): number {
  if (isSearch(claimant.party)) return 0;
  const { free, searches, mine, target, needed, job, siblingsNeed } = look(
    permits,
    claimant,
    nowMs,
  );
  if (mine === 0) return 0;
  const forSearches = searches > Math.max(0, free) ? 1 : 0;
  const spare = Math.max(0, mine - target);
  const short = Math.max(0, needed - Math.max(0, free - searches));
  const shortOfJob = Math.max(0, siblingsNeed - Math.max(0, claimant.perJob - job));
  return Math.max(forSearches, Math.min(spare, Math.max(short, shortOfJob)));
}

/** Whether the party has less than its fair share, and so has reason to let others know that it waits. */
export function isShort(permits: Permits, claimant: Claimant, nowMs: number): boolean {
  const { mine, target } = look(permits, claimant, nowMs);
  return mine < target;
}

/** A search asks once, and is gone if it is turned away. */
export function isSearch(party: string): boolean {
  return party.startsWith("search-");
}

function look({ held, waiting }: Permits, { party, cap, perJob }: Claimant, nowMs: number) {
  const counts = new Map<string, number>();
  const jobs = new Map<string, number>();
  const add = (name: string, count: number) => counts.set(name, (counts.get(name) ?? 0) + count);
  let live = 0;
  for (const [lease, untilMs] of Object.entries(held)) {
    if (untilMs <= nowMs) continue;
    const holder = partyOf(lease);
    const job = jobOf(holder);
    live += 1;
    add(holder, 1);
    if (job !== undefined) jobs.set(job, (jobs.get(job) ?? 0) + 1);
  }
  const waits = Object.keys(waiting).filter(
    (name) => name !== party && (waiting[name] ?? 0) > nowMs,
  );
  for (const name of [party, ...waits]) add(name, 0);
  const batches = [...counts.keys()].filter((name) => !isSearch(name));
  const siblings = Map.groupBy(batches, jobOf);
  // Shares are of jobs: one with two batches side by side has no more than one with a single batch.
  const ofJob = Math.min(perJob, Math.floor(cap / Math.max(1, siblings.size)));
  const targetOf = (name: string) =>
    Math.max(1, Math.floor(ofJob / (siblings.get(jobOf(name))?.length ?? 1)));
  const lacks = (name: string) => Math.max(0, targetOf(name) - (counts.get(name) ?? 0));
  const roomOfJob = (name: string) => Math.max(0, perJob - (jobs.get(jobOf(name) ?? "") ?? 0));
  const waitingBatches = waits.filter((name) => !isSearch(name));
  const own = jobOf(party);
  return {
    free: cap - live,
    searches: waits.filter((name) => isSearch(name) && counts.get(name) === 0).length,
    mine: counts.get(party) ?? 0,
    target: targetOf(party),
    /** Permits that waiting batches lack of their fair shares, and could take. */
    needed: waitingBatches.reduce((sum, name) => sum + Math.min(lacks(name), roomOfJob(name)), 0),
    job: jobs.get(own ?? "") ?? 0,
    siblingsNeed: waitingBatches
      .filter((name) => jobOf(name) === own)
      .reduce((sum, name) => sum + lacks(name), 0),
  };
}
