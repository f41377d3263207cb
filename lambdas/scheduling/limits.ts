/** An id at the gate without a job is younger than this only while its submission runs. */
export const orphanAgeMs = 60_000;

/**
 * An end, or a cancel, younger than this is still being told and its slot given
 * back; what died over it is made good by the next sweep, so within two minutes.
 */
export const endingAgeMs = 30_000;

/** How long a job may run: an outage waited out, and two hours of work. */
export function jobTimeoutSeconds(outageLimitSeconds: number): number {
  return outageLimitSeconds + 7_200;
}

/** The functions of dispatch and finish: a handful of small writes. */
export const coordinationTimeoutSeconds = 30;

/** Longer than any single step takes: a batch, a store, the wait for a breaker. */
export const stalledAfterMs = 10 * 60_000;
