/** Times of provider calls, and of what waits for them. Units stand in the names. */
import type { Dependency } from "../contract/vocabulary.ts";
import type { Settings } from "../platform/settings.ts";

/** What the times follow from. */
export type CallTimes = Pick<
  Settings,
  "LLM_CALL_TIMEOUT_SECONDS" | "EMBEDDINGS_CALL_TIMEOUT_SECONDS"
>;

export function callTimeoutMs(settings: CallTimes): Readonly<Record<Dependency, number>> {
  return {
    llm: settings.LLM_CALL_TIMEOUT_SECONDS * 1_000,
    embeddings: settings.EMBEDDINGS_CALL_TIMEOUT_SECONDS * 1_000,
  };
}

/** Of Lambda. */
const maxFunctionSeconds = 900;
/** Beside two calls: reading the batch, waiting for permits, keeping answers. */
const besideCallsSeconds = 30;

/** A batch step's function: two calls that take all their time, or one of the longest. */
export function batchTimeoutSeconds(callTimeoutSeconds: number): number {
  const twoCalls = 2 * callTimeoutSeconds + besideCallsSeconds;
  return Math.min(maxFunctionSeconds, Math.max(90, twoCalls));
}

/** Longer than its function, which ends first and says why. */
export function taskTimeoutSeconds(callTimeoutSeconds: number): number {
  return batchTimeoutSeconds(callTimeoutSeconds) + 10;
}

/** Time to keep an answer and to give permits back, after a call that took all of its own. */
export const callMarginMs = 3_000;

/**
 * A permit's lease when a call starts under it: as long as the call may take, and what clocks of
 * two functions may differ by. It is renewed when less is left, so the permits of a function that
 * died come back about one call's time later.
 */
export function callLeaseMs(timeoutMs: number): number {
  return timeoutMs + 2 * callMarginMs;
}

/** What a lease is taken or renewed for: several calls of ordinary length. */
export function permitLeaseMs(timeoutMs: number): number {
  return callLeaseMs(timeoutMs) + 10_000;
}

/** Texts in one embedding call. */
export const embeddingTextsPerCall = 16;

/** A failed ask is repeated after these, and after the last of them by the first again. */
export const askDelaysMs = [1_000, 2_000, 4_000] as const;

/**
 * While a provider answers nobody, the asks of a text are spread: a small batch has too few texts to
 * open the breaker, and an outage is no reason to fail its job. An hour is for what the job cannot do
 * without; minutes for the few chunks that it may do without, since these may also be at fault
 * themselves. By the number of asks so far; the last is repeated.
 */
export const silentDelaysMs = {
  minutes: [1_000, 2_000, 4_000, 8_000, 15_000, 20_000, 20_000, 20_000, 20_000, 60_000],
  hour: [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000],
} as const;

export type Patience = keyof typeof silentDelaysMs;

/** Up to this ask the delays after a failure are the same, whatever it speaks against. */
export const equalDelays = askDelaysMs.length;

/**
 * A 429 speaks against no text, also while others are answered. From this ask on its delays are those
 * of a silent provider.
 */
export const throttledAsksAtOnce = 8;

/** What the clocks of two functions may differ by. */
export const clockSkewMs = 500;

/** After a time-out no longer: the call has waited already. */
export const maxDelayAfterTimeoutMs = 60_000;

/** Asks about one text in one attempt of a job, whatever becomes of them. */
export const maxAsks = 16;

/**
 * What a failed ask counts beside itself. A time-out costs a permit for its whole time, and a model
 * that answers in another form than asked for mostly does so again.
 */
export const extraAsks = { timeout: 1, unusable: 3 } as const;

/** A provider's `Retry-After` is honoured up to this. */
export const maxRetryAfterMs = 20_000;
