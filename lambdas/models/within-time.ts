/** For the message of a call that was aborted: `within 30 seconds`. */
export function withinTime(timeoutMs: number | undefined): string {
  return timeoutMs === undefined ? "in time" : `within ${timeoutMs / 1_000} seconds`;
}
