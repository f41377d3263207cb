/** Why a batch ends early. Several calls may fail at once; the batch throws the error that says most. */
import { BatchUnfinishedError, CircuitOpenError, isTransient } from "../errors.ts";

/**
 * What another try cannot cure says most, or it would be tried again in vain.
 * An open breaker says more than the failures that opened it: the state
 * machine waits it out and spends none of the batch's retries, so an outage
 * does not use them up. "Too little time" says least: its waiting is all but
 * unbounded, and a call that always fails must not hide in it. Among equals
 * the first one counts.
 */
function telling(error: unknown): number {
  if (error instanceof BatchUnfinishedError) return 1;
  if (isTransient(error)) return 2;
  return error instanceof CircuitOpenError ? 3 : 4;
}

export class Failures {
  #worst: { readonly error: unknown } | undefined;
  readonly #first = Promise.withResolvers<void>();

  /** Whether anything failed: no new call starts then. */
  get any(): boolean {
    return this.#worst !== undefined;
  }

  /** Fulfilled with the first failure. */
  get happened(): Promise<void> {
    return this.#first.promise;
  }

  add(error: unknown): void {
    if (this.#worst === undefined || telling(error) > telling(this.#worst.error)) {
      this.#worst = { error };
    }
    this.#first.resolve();
  }

  throwIfAny(): void {
    if (this.#worst !== undefined) throw this.#worst.error;
  }
}
