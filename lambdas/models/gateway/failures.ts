/** Why a batch ends early. Several calls may fail at once; the batch throws the most severe error. */
import { BatchUnfinishedError, CircuitOpenError, isTransient } from "../errors.ts";

/**
 * An error that another try cannot cure comes first, or it would be tried
 * again in vain. An open breaker comes before the failures that opened it: the
 * state machine waits it out and spends none of the batch's retries, so an
 * outage does not use them up. "Too little time" comes last: its waiting is
 * all but unbounded. Among equals the first one counts.
 */
function severity(error: unknown): number {
  if (error instanceof BatchUnfinishedError) return 1;
  if (isTransient(error)) return 2;
  return error instanceof CircuitOpenError ? 3 : 4;
}

export class Failures {
  #worst: { readonly error: unknown } | undefined;

  /** Whether anything failed: no new call starts then. */
  get any(): boolean {
    return this.#worst !== undefined;
  }

  add(error: unknown): void {
    if (this.#worst === undefined || severity(error) > severity(this.#worst.error)) {
      this.#worst = { error };
    }
  }

  throwIfAny(): void {
    if (this.#worst !== undefined) throw this.#worst.error;
  }
}
