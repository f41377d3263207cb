/** What is told of the work: at once to whoever watches, and in sums that are kept. */
import type { Sample } from "../contract/calls/metrics.ts";
import type { Tallies } from "./tallies.ts";

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

export interface Counting {
  readonly metrics: Metrics;
  readonly tallies: TallyStore;
}

/** Tells of what no attempt owns, both ways. */
export function count(samples: readonly Sample[], { metrics, tallies }: Counting): Promise<void> {
  metrics.emit(samples);
  return tallies.add(samples);
}
