/** The circuit breaker of one dependency, shared by all function instances. */

export interface BreakerSettings {
  /** Consecutive transient failures that open it. */
  readonly threshold: number;
  readonly cooldownMs: number;
  /** How long a probe may take before another caller may try; as long as a call. */
  readonly probeLeaseMs: number;
}

/**
 * `epoch` rises with every transition. An outcome carries the epoch its call
 * began in, and one of an earlier epoch changes nothing: a call that began
 * before the breaker opened cannot close it, nor reopen one that has healed.
 */
export type BreakerState =
  | { readonly state: "closed"; readonly epoch: number; readonly failures: number }
  | {
      readonly state: "open";
      readonly epoch: number;
      readonly failures: number;
      readonly openedAtMs: number;
    }
  | {
      readonly state: "half-open";
      readonly epoch: number;
      readonly failures: number;
      readonly openedAtMs: number;
      /** Who probes, and until when nobody else may. */
      readonly prober: string;
      readonly probeUntilMs: number;
    };

export const closedBreaker: BreakerState = { state: "closed", epoch: 0, failures: 0 };

/** What a caller may do now. */
export type Passage =
  | { readonly pass: "call"; readonly epoch: number }
  /** The caller may try to become the one prober, by a conditional write. */
  | { readonly pass: "probe"; readonly epoch: number }
  | { readonly pass: "none"; readonly retryAfterMs: number };

export function passage(breaker: BreakerState, settings: BreakerSettings, nowMs: number): Passage {
  const untilMs = heldUntilMs(breaker, settings);
  if (untilMs === undefined) return { pass: "call", epoch: breaker.epoch };
  return nowMs >= untilMs
    ? { pass: "probe", epoch: breaker.epoch }
    : { pass: "none", retryAfterMs: untilMs - nowMs };
}

/** Until when calls are held back; then one may try. `undefined` while they go through. */
export function heldUntilMs(
  breaker: BreakerState,
  { cooldownMs }: Pick<BreakerSettings, "cooldownMs">,
): number | undefined {
  switch (breaker.state) {
    case "closed":
      return undefined;
    case "open":
      return breaker.openedAtMs + cooldownMs;
    case "half-open":
      return breaker.probeUntilMs;
  }
}
