/**
 * More concurrent batches would not be faster, because permits limit the pace, but each waiting
 * batch adds events to the execution's history.
 */
const maxMapConcurrency = 8;

/** Concurrent batches of one stage of a job; a literal `MaxConcurrency` in the state machine. */
export function mapConcurrency(cap: number, maxActive: number): number {
  return Math.min(maxMapConcurrency, Math.max(1, Math.floor(cap / maxActive)));
}
