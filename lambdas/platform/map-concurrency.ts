/**
 * More batches at once would not be faster, because permits set the pace, but
 * each one that waits adds to the execution's history.
 */
const maxMapConcurrency = 8;

/** Batches of one stage that a job runs at once; a literal `MaxConcurrency` in the state machine. */
export function mapConcurrency(cap: number, maxActive: number): number {
  return Math.min(maxMapConcurrency, Math.max(1, Math.floor(cap / maxActive)));
}
