/** Time, ids and randomness are passed in, so that tests can control them. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

export interface Chance {
  /** A ULID with the clock's time; the ids of one process strictly increase. */
  jobId(): string;
  /** At least 0 and below 1. */
  random(): number;
}

/** ISO 8601 UTC with milliseconds. */
export function isoTime(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}
