/**
 * How long the gateway keeps the answer for a token. A token that expires meanwhile is accepted
 * until then; without it, each request would wait for one more function.
 */
export const tokenCacheSeconds = 60;

/** How far the clocks of the issuer and of AWS may differ. */
export const clockToleranceSeconds = 30;

/** An issuer's keys are fetched again after this time, or when a token names a new one. */
export const keysMaxAgeMs = 60 * 60_000;

/** While an issuer does not answer, keys that were read before are used for this time. */
export const keysKeptMs = 24 * 60 * 60_000;

/** How long an issuer is left alone that did not answer. */
export const issuerRestMs = 10_000;
