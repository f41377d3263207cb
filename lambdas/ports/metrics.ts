/** What is told of the work: at once to whoever watches, and in sums that are kept. */
import { admissionRefusals, type Sample, sample } from "../domain/metrics.ts";
import { RequestRefusedError } from "../domain/refusals.ts";
import type { QueueObservation } from "../domain/stall.ts";
import type { Tallies } from "../domain/tallies.ts";

/** Samples as they occur. Telling must never fail, nor hold up, the work that is told of. */
export interface Metrics {
  emit(samples: readonly Sample[]): void;
}

/**
 * Sums for `/v1/metrics`. What an attempt counts for is added by
 * `JobStore.markAnnounced`, exactly once; this is for what no attempt owns.
 */
export interface TallyStore {
  /** Adds, best effort: what cannot be added at once is left out, and nothing is thrown. */
  add(samples: readonly Sample[]): Promise<void>;
  /** All that was added, by attempts too. */
  read(): Promise<Tallies>;
}

/** What the last sweep saw of the queue. */
export interface QueueWatch {
  last(): Promise<QueueObservation | undefined>;
  keep(observation: QueueObservation): Promise<void>;
}

/** Messages that failed too often; approximate, as the queue tells it. */
export interface DeadLetters {
  count(): Promise<number>;
}

interface Counting {
  readonly metrics: Metrics;
  readonly tallies: TallyStore;
}

/** Tells of what no attempt owns, both ways. */
export function count(samples: readonly Sample[], { metrics, tallies }: Counting): Promise<void> {
  metrics.emit(samples);
  return tallies.add(samples);
}

export function countAdmission(ports: Counting): Promise<void> {
  return count([sample("JobsAdmitted", 1)], ports);
}

/**
 * Counts a refusal for which the caller is not to blame, and throws it on.
 * That makes a refused submission dearer by one small write (see ADR 14).
 */
export async function countRefusal(error: unknown, ports: Counting): Promise<never> {
  const thrown = error instanceof RequestRefusedError ? error.code : "unavailable";
  const code = admissionRefusals.find((one) => one === thrown);
  if (code !== undefined) await count([sample("JobsRefused", 1, { code })], ports);
  throw error;
}
