/** Two kinds of reporting: samples that are emitted immediately, and sums that are stored. */
import type { Sample } from "../contract/calls/metrics.ts";
import type { Tallies } from "./tallies.ts";

/** Emits samples as they occur. Emitting must never fail, and must never delay the work it reports. */
export interface Metrics {
  emit(samples: readonly Sample[]): void;
}

/**
 * Sums for `/v1/metrics`. `JobStore.markAnnounced` adds the totals of attempts, exactly once; this
 * port adds everything that belongs to no attempt.
 */
export interface TallyStore {
  /** Adds with best effort: an addition that fails is dropped, and nothing is thrown. */
  add(samples: readonly Sample[]): Promise<void>;
  /** All sums, including those of attempts. */
  read(): Promise<Tallies>;
}

export interface Counting {
  readonly metrics: Metrics;
  readonly tallies: TallyStore;
}

/** Reports what belongs to no attempt, as a sample and as a sum. */
export function count(samples: readonly Sample[], { metrics, tallies }: Counting): Promise<void> {
  metrics.emit(samples);
  return tallies.add(samples);
}
