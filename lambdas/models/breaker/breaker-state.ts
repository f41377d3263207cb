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
  switch (breaker.state) {
    case "closed":
      return { pass: "call", epoch: breaker.epoch };
    case "open": {
      const readyAtMs = breaker.openedAtMs + settings.cooldownMs;
      return nowMs >= readyAtMs
        ? { pass: "probe", epoch: breaker.epoch }
        : { pass: "none", retryAfterMs: readyAtMs - nowMs };
    }
    case "half-open":
      return nowMs >= breaker.probeUntilMs
        ? { pass: "probe", epoch: breaker.epoch }
        : { pass: "none", retryAfterMs: breaker.probeUntilMs - nowMs };
  }
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
