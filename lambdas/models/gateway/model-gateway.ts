import type { Usage } from "../../accounting/usage.ts";
import type { Dependency } from "../../contract/vocabulary.ts";
import type { Chance, Clock } from "../../platform/clock.ts";
import type { Breaker } from "../breaker/breaker.ts";
import type { PermitHolder } from "../limiter/grant.ts";
import type { Limiter } from "../limiter/limiter.ts";
import type { Answer, CallOptions } from "../models.ts";

/** One call to make. */
export interface GatewayCall<T> {
  invoke(options: CallOptions): Promise<Answer<T>>;
  /** Keeps the answer, before the next call may start on its permit. */
  keep(value: T): Promise<void>;
  /** The provider refuses this input for good. Throwing ends the batch with that error. */
  refused(error: Error): Promise<void>;
}

export interface GatewayBatch<T> {
  readonly dependency: Dependency;
  readonly holder: PermitHolder;
  readonly correlationId: string;
  readonly calls: readonly GatewayCall<T>[];
  /** Epoch milliseconds at which the function must be done. */
  readonly deadlineMs: number;
  /** Throws if no further call may be made; asked before each call, cached for a second. */
  fence(): Promise<void>;
  /** Told of each attempt's usage, also of failed ones (calls without tokens). */
  spent(usage: Partial<Usage>): void;
}

/**
 * The one way to a provider: permit → breaker → call with time-out → retry →
 * usage. Starts are spread over 100 ms; permits go back one by one as the
 * batch's tail drains, and all of them however it ends.
 */
export interface ModelGateway {
  /**
   * Makes every call, or throws once those in flight have run out; what was
   * answered by then has been kept.
   * @throws CapacityUnavailableError no permit within a short wait
   * @throws CircuitOpenError the breaker is open
   * @throws BatchUnfinishedError too little time is left for another call
   * @throws TransientProviderError a call failed after its retries
   * @throws whatever `fence`, `keep` or `refused` throw
   */
  run<T>(batch: GatewayBatch<T>): Promise<void>;
}

export interface GatewayPorts {
  readonly limiter: Limiter;
  readonly breaker: Breaker;
  readonly clock: Clock;
  readonly chance: Pick<Chance, "random">;
  /** A signal that aborts after so many milliseconds; `AbortSignal.timeout` but in tests. */
  readonly timeout: (ms: number) => AbortSignal;
}
