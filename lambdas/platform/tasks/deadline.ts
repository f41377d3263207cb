/**
 * Stops middy from responding shortly before the function's time is up. Lambda would accept such a
 * response and freeze the process in the middle of its work. The next event would then thaw that
 * work, under expired leases and for an id that was given up. A process that exceeds its time is
 * killed instead, which leases rely on.
 */
export const untilKilled = { timeoutEarlyInMillis: 0 } as const;
