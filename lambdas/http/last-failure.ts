/** A dependency's last failure as clients see it. */
import type { LastFailure } from "../contract/last-failure.ts";
import type { BreakerState } from "../models/breaker/breaker-state.ts";

/** The message names the endpoint and the status where there was a response. */
export function viewLastFailure({ lastFailure }: BreakerState): { last_failure?: LastFailure } {
  if (lastFailure === undefined) return {};
  const { sinceMs, ...failure } = lastFailure;
  return { last_failure: { ...failure, since: new Date(sinceMs).toISOString() } };
}
