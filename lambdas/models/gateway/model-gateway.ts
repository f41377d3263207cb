import type { Usage } from "../../accounting/usage.ts";
import type { Dependency } from "../../contract/vocabulary.ts";
import type { Chance, Clock } from "../../platform/clock.ts";
import type { SluiceError } from "../../platform/tasks/task-error.ts";
import type { Unanswered } from "../../records/answers/answer-store.ts";
import type { Breaker } from "../breaker/breaker.ts";
import type { Limiter } from "../limiter/limiter.ts";
import type { Party } from "../limiter/share.ts";
import type { Patience } from "../limits.ts";
import type { Answer, CallOptions } from "../models.ts";

export type CallClaim =
  /**
   * Ask; so many asks have been counted, this one included. The one before failed at `failedAtMs`, in
   * epoch milliseconds; missing if none has, or if that is not known.
   */
  | { readonly kind: "ask"; readonly asks: number; readonly failedAtMs?: number | undefined }
  /** Another run has kept an answer meanwhile, which the caller now knows. */
  | { readonly kind: "answered" }
  /** Another run asks; epoch milliseconds until which it is waited for. */
  | { readonly kind: "taken"; readonly untilMs: number }
  /** No ask is left. */
  | { readonly kind: "spent"; readonly failure: SluiceError };

/** One call to make: a text to describe, or some to embed. */
export interface GatewayCall<T> {
  /** Names what is asked, the same in every job; what the breaker counts. */
  readonly key: string;
  /** Before each ask, which must end before `untilMs`; counts it. */
  claim(untilMs: number): Promise<CallClaim>;
  invoke(options: CallOptions): Promise<Answer<T>>;
  /** Keeps the answer, before the next call may start on its permit. */
  keep(value: T): Promise<void>;
  /** The ask brought no answer, or was not made. */
  release(unanswered: Unanswered): Promise<void>;
  /** The provider refuses this input for good. Throwing ends the batch with that error. */
  refused(error: Error): Promise<void>;
  /** No ask is left, and this is how the last one failed. Throwing ends the batch with that error. */
  exhausted(error: SluiceError): Promise<void>;
}

export interface GatewayBatch<T> {
  readonly dependency: Dependency;
  readonly party: Party;
  /** Names this run; another run of the same batch has another. */
  readonly run: string;
  readonly correlationId: string;
  readonly calls: readonly GatewayCall<T>[];
  /**
   * Whether some text of the batch, or of another batch, has an answer. Until then only a few calls are
   * begun.
   * @default always
   */
  readonly isAnswered?: () => boolean;
  /**
   * Over which time the asks of a failing text are spread while nobody gets an answer: the provider may
   * be down.
   * @default they follow each other within seconds
   */
  readonly patience?: () => Patience;
  /** Epoch milliseconds at which the function must be done. */
  readonly deadlineMs: number;
  /** Throws if no further call may be made; asked before each call, cached for a second. */
  fence(): Promise<void>;
  /** Told of each attempt's usage, also of failed ones (calls without tokens). */
  spent(usage: Partial<Usage>): void;
}

/**
 * The one way to a provider: permit → claim → breaker → call with time-out →
 * retry → usage. A call that failed waits without a permit. Permits are taken
 * while some are free, go back while others lack theirs, and all of them
 * however the batch ends.
 */
export interface ModelGateway {
  /**
   * Makes every call, or throws once those in flight have run out; what was
   * answered by then has been kept.
   * @throws CapacityUnavailableError no permit within a short wait
   * @throws CircuitOpenError the breaker is open, or no call may be repeated soon
   * @throws BatchUnfinishedError too little time is left for another call
   * @throws whatever `fence`, `keep`, `refused` or `exhausted` throw
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
