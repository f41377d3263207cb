/** The circuit breaker of one dependency, shared by all function instances: its states and every way between them. */

import { isSearch } from "../limiter/share.ts";

/** A provider may ask for days; one looks earlier whether it still does. */
const maxHoldMs = 6 * 3_600_000;

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
  /** How long the provider asked to be left alone. @default it did not */
  readonly retryAfterMs?: number | undefined;
  /** Of HTTP. @default there was no response */
  readonly status?: number | undefined;
  /** Host and path of the provider. @default not known */
  readonly endpoint?: string | undefined;
}

/** The latest failure since a call succeeded. */
export interface LastFailure
  extends Pick<FailureReason, "code" | "message" | "status" | "endpoint"> {
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
  /** Until when the provider asked not to be called, if that is longer than the cool-down. */
  readonly heldUntilMs?: number;
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
  const readyAtMs = breaker.state === "open" ? cooledAtMs(breaker, settings) : breaker.probeUntilMs;
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
      ...(breaker.heldUntilMs === undefined ? {} : { heldUntilMs: breaker.heldUntilMs }),
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
  // It is over then, and its place would be kept for nobody.
  if (isSearch(party)) return barred;
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
  /** Also of a call that does not count as failed: one that was refused for its key, for example. */
  readonly reason?: FailureReason | undefined;
}

/**
 * The state after an outcome; the same object when it changes nothing. One
 * failure opens the breaker if the provider asked for longer than a cool-down:
 * that is said of everybody's calls.
 */
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
        : answered(breaker, outcome, nowMs);
    case "half-open": {
      const epoch = breaker.epoch + 1;
      if (!outcome.failed) return answered({ ...breaker, epoch }, outcome, nowMs);
      const { failures, nextProber, prober: lastProber } = breaker;
      const turn = nextProber === undefined ? {} : { nextProber };
      const last = lastFailure(breaker, outcome.reason, nowMs);
      const held = heldFor(outcome, settings, nowMs);
      const open = { state: "open", epoch, failures, openedAtMs: nowMs, lastProber } as const;
      return { ...open, ...held, ...turn, ...last };
    }
    // No call begins while it is open.
    case "open":
      return breaker;
  }
}

/** The provider is there. What it refused everybody for is kept until it accepts a call. */
function answered(breaker: BreakerState, { reason }: RecordedOutcome, nowMs: number): BreakerState {
  const { epoch, state, failures, lastFailure: before } = breaker;
  if (reason === undefined && before === undefined && state === "closed" && failures === 0)
    return breaker;
  const last = reason === undefined ? {} : lastFailure(breaker, reason, nowMs);
  return { state: "closed", epoch, failures: 0, ...last };
}

function counted(
  breaker: Extract<BreakerState, { state: "closed" }>,
  outcome: RecordedOutcome,
  settings: BreakerSettings,
  nowMs: number,
): BreakerState {
  const { epoch, failed = [] } = breaker;
  const { call, reason } = outcome;
  const held = heldFor(outcome, settings, nowMs);
  const isNew = !failed.includes(call);
  if (!isNew && held === undefined) return breaker;
  const calls = isNew ? [...failed, call] : failed;
  const last = lastFailure(breaker, reason, nowMs);
  const open = { state: "open", epoch: epoch + 1, failures: calls.length } as const;
  return calls.length >= settings.threshold || held !== undefined
    ? { ...open, openedAtMs: nowMs, ...held, ...last }
    : { state: "closed", epoch, failures: calls.length, failed: calls, ...last };
}

function heldFor(
  { reason }: RecordedOutcome,
  { cooldownMs }: BreakerSettings,
  nowMs: number,
): { readonly heldUntilMs: number } | undefined {
  const retryAfterMs = reason?.retryAfterMs ?? 0;
  return retryAfterMs > cooldownMs
    ? { heldUntilMs: nowMs + Math.min(Math.ceil(retryAfterMs), maxHoldMs) }
    : undefined;
}

function cooledAtMs(
  { openedAtMs, heldUntilMs = 0 }: Barred,
  { cooldownMs }: Pick<BreakerSettings, "cooldownMs">,
): number {
  return Math.max(openedAtMs + cooldownMs, heldUntilMs);
}

/** An item has at most 400 KB, and a sentence is enough. */
const maxMessageLength = 500;

function lastFailure(
  { lastFailure: before }: BreakerState,
  reason: FailureReason | undefined,
  nowMs: number,
): { readonly lastFailure?: LastFailure } {
  if (reason === undefined) return before === undefined ? {} : { lastFailure: before };
  const { code, message, status, endpoint } = reason;
  const { sinceMs = nowMs, count = 0 } = before ?? {};
  const where = {
    ...(status === undefined ? {} : { status }),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
  const short = message.slice(0, maxMessageLength);
  return { lastFailure: { code, message: short, ...where, sinceMs, count: count + 1 } };
}

/**
 * When one call tries a dependency again that is taken for down; if that has
 * passed, a call is trying it or the next one will. `undefined` while calls go through.
 */
export function nextTryMs(
  breaker: BreakerState,
  settings: Pick<BreakerSettings, "cooldownMs">,
): number | undefined {
  return breaker.state === "closed" ? undefined : cooledAtMs(breaker, settings);
}
