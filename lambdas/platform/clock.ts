/** Time, ids and chance are passed in, so that tests can choose them. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

export interface Chance {
  /** A ULID of the clock's time; ids of one process rise strictly. */
  jobId(): string;
  /** From 0 to below 1. */
  random(): number;
}

/** ISO 8601 UTC with milliseconds. */
export function isoTime(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}
