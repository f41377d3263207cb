/** The circuit breaker of one dependency, shared by all function instances: its states and every way between them. */

export interface BreakerSettings {
  /** Distinct calls that fail in a row, without a success in between, and so open it. */
  readonly threshold: number;
  readonly cooldownMs: number;
  /** How long a probe may take before another caller may try; as long as a call. */
  readonly probeLeaseMs: number;
}

/** Who wants to call. */
export interface Caller {
  /** Names what is asked; however often it is asked, it counts once. */
  readonly call: string;
  /** Whose it is: a job, or a search. */
  readonly party: string;
}

/** Why a call failed, in words that may be shown to every tenant. */
export interface FailureReason {
  /** As in a job's error, for example `provider_unavailable`. */
  readonly code: string;
  readonly message: string;
}

/** The latest failure since a call succeeded. */
export interface LastFailure extends FailureReason {
  /** When the first of the failures in a row happened. */
  readonly sinceMs: number;
  /** Failed calls in a row, failed probes included. */
  readonly count: number;
}

interface Common {
  /** Missing once a call has succeeded, and in items of earlier versions. */
  readonly lastFailure?: LastFailure;
  /**
   * Rises with every transition. An outcome carries the epoch its call began
   * in, and one of an earlier epoch changes nothing: a call that began before
   * the breaker opened cannot close it, nor reopen one that has closed.
   */
  readonly epoch: number;
  /** Distinct calls that failed in a row. */
  readonly failures: number;
}

interface Barred extends Common {
  readonly openedAtMs: number;
  /** Whose probe failed last: another that waits goes first. */
  readonly lastProber?: string;
  /** Another party that was turned away, and until when it has the next probe. */
  readonly nextProber?: { readonly party: string; readonly untilMs: number };
}

export type BreakerState =
  | (Common & {
      readonly state: "closed";
      /** The calls that `failures` counts. */
      readonly failed?: readonly string[];
    })
  | (Barred & { readonly state: "open" })
  | (Barred & {
      readonly state: "half-open";
      /** Who probes, and until when nobody else may. */
      readonly prober: string;
      readonly probeUntilMs: number;
    });

export const closedBreaker: BreakerState = { state: "closed", epoch: 0, failures: 0 };

/** What a caller may do now, and the state to write first, if one is. */
export type Passage =
  | { readonly pass: "call"; readonly epoch: number }
  /** By writing `next` the caller becomes the one prober. */
  | { readonly pass: "probe"; readonly epoch: number; readonly next: BreakerState }
  /** `next`, if any, notes that the caller waits; the answer is the same without it. */
  | { readonly pass: "none"; readonly retryAfterMs: number; readonly next?: BreakerState };

export function enter(
  breaker: BreakerState,
  caller: Caller,
  settings: BreakerSettings,
  nowMs: number,
): Passage {
  if (breaker.state === "closed") return { pass: "call", epoch: breaker.epoch };
  const readyAtMs =
    breaker.state === "open" ? breaker.openedAtMs + settings.cooldownMs : breaker.probeUntilMs;
  if (nowMs < readyAtMs) return refused(breaker, caller, settings, nowMs, readyAtMs);
  const { nextProber } = breaker;
  // One that is still half-open by then was probed by somebody who died over it.
  const lastProber = breaker.state === "half-open" ? breaker.prober : breaker.lastProber;
  const anothersTurn =
    nextProber !== undefined &&
    nextProber.untilMs > nowMs &&
    nextProber.party !== caller.party &&
    lastProber === caller.party;
  if (anothersTurn) return refused(breaker, caller, settings, nowMs, nextProber.untilMs);
  const epoch = breaker.epoch + 1;
  return {
    pass: "probe",
    epoch,
    next: {
      state: "half-open",
      epoch,
      failures: breaker.failures,
      openedAtMs: breaker.openedAtMs,
      ...(breaker.lastFailure === undefined ? {} : { lastFailure: breaker.lastFailure }),
      ...(nextProber === undefined || nextProber.party === caller.party ? {} : { nextProber }),
      prober: caller.party,
      probeUntilMs: nowMs + settings.probeLeaseMs,
    },
  };
}

/** The first other party that is turned away has the next probe, for as long as it takes to come back. */
function refused(
  breaker: Exclude<BreakerState, { state: "closed" }>,
  { party }: Caller,
  { cooldownMs, probeLeaseMs }: BreakerSettings,
  nowMs: number,
  untilMs: number,
): Passage {
  const barred = { pass: "none", retryAfterMs: untilMs - nowMs } as const;
  const prober = breaker.state === "half-open" ? breaker.prober : breaker.lastProber;
  const { nextProber } = breaker;
  if (prober === undefined || prober === party) return barred;
  if (nextProber !== undefined && nextProber.untilMs > nowMs) return barred;
  const turn = { party, untilMs: nowMs + 2 * cooldownMs + probeLeaseMs };
  return { ...barred, next: { ...breaker, nextProber: turn } };
}

export interface RecordedOutcome {
  readonly epoch: number;
  readonly call: string;
  readonly failed: boolean;
  readonly reason?: FailureReason | undefined;
}

/** The state after an outcome; the same object when it changes nothing. */
export function record(
  breaker: BreakerState,
  outcome: RecordedOutcome,
  settings: BreakerSettings,
  nowMs: number,
): BreakerState {
  if (breaker.epoch !== outcome.epoch) return breaker;
  switch (breaker.state) {
    case "closed":
      return outcome.failed
        ? counted(breaker, outcome, settings, nowMs)
        : breaker.failures === 0
          ? breaker
          : { state: "closed", epoch: breaker.epoch, failures: 0 };
    case "half-open": {
      const epoch = breaker.epoch + 1;
      if (!outcome.failed) return { state: "closed", epoch, failures: 0 };
      const { failures, nextProber, prober: lastProber } = breaker;
      const turn = nextProber === undefined ? {} : { nextProber };
      const last = lastFailure(breaker, outcome.reason, nowMs);
      return { state: "open", epoch, failures, openedAtMs: nowMs, lastProber, ...turn, ...last };
    }
    // No call begins while it is open.
    case "open":
      return breaker;
  }
}

function counted(
  breaker: Extract<BreakerState, { state: "closed" }>,
  { call, reason }: RecordedOutcome,
  { threshold }: BreakerSettings,
  nowMs: number,
): BreakerState {
  const { epoch, failed = [] } = breaker;
  if (failed.includes(call)) return breaker;
  const calls = [...failed, call];
  const last = lastFailure(breaker, reason, nowMs);
  return calls.length >= threshold
    ? { state: "open", epoch: epoch + 1, failures: calls.length, openedAtMs: nowMs, ...last }
    : { state: "closed", epoch, failures: calls.length, failed: calls, ...last };
}

/** An item has at most 400 KB, and a sentence is enough. */
const maxMessageLength = 500;

function lastFailure(
  { lastFailure: before }: BreakerState,
  reason: FailureReason | undefined,
  nowMs: number,
): { readonly lastFailure?: LastFailure } {
  if (reason === undefined) return before === undefined ? {} : { lastFailure: before };
  const { code, message } = reason;
  const { sinceMs = nowMs, count = 0 } = before ?? {};
  const short = message.slice(0, maxMessageLength);
  return { lastFailure: { code, message: short, sinceMs, count: count + 1 } };
}

/**
 * When one call tries a dependency again that is taken for down; if that has
 * passed, a call is trying it or the next one will. `undefined` while calls go through.
 */
export function nextTryMs(
  breaker: BreakerState,
  { cooldownMs }: Pick<BreakerSettings, "cooldownMs">,
): number | undefined {
  return breaker.state === "closed" ? undefined : breaker.openedAtMs + cooldownMs;
}
