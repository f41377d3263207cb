/**
 * For middy: no answer in a handler's place shortly before its function's
 * time is up. Lambda takes such an answer and freezes the process with the
 * work in the midst of it, which then goes on whenever the next event thaws
 * it: under leases that have run out, for an id that was given up. A process
 * that is over its time is killed instead, and that is what leases count on.
 */
export const untilKilled = { timeoutEarlyInMillis: 0 } as const;
