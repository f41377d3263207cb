/** Who may make how many provider calls at once: the arithmetic of the limiter. */

import type { BatchStage } from "../../contract/vocabulary.ts";
import type { AttemptId } from "../../records/jobs/attempt.ts";

/** A retry of a killed batch has the same holder, and so takes over its own lease. */
export type PermitHolder = `${AttemptId}-${BatchStage}-${number}` | `search-${string}`;

export interface PermitLease {
  readonly permits: number;
  /** Epoch milliseconds; an expired lease does not count. */
  readonly expiresAtMs: number;
}

export type PermitLeases = Readonly<Record<string, PermitLease>>;

export interface PermitRequest {
  readonly holder: PermitHolder;
  /** Permits the batch can use: its calls still to make. */
  readonly want: number;
  /** Upper bound for one holder: the per-job cap divided by the job's batches at once. */
  readonly perHolder: number;
  /** Permits there are in all. */
  readonly cap: number;
  /** Holders there will be: active jobs × their batches at once. */
  readonly expectedHolders: number;
}

export function livePermits(leases: PermitLeases, nowMs: number): PermitLeases {
  return Object.fromEntries(
    Object.entries(leases).filter(([, lease]) => lease.expiresAtMs > nowMs),
  );
}

export function permitsInUse(leases: PermitLeases, nowMs: number): number {
  return Object.values(livePermits(leases, nowMs)).reduce((sum, lease) => sum + lease.permits, 0);
}

/**
 * Permits granted to a request; 0 when none is free. Leaves one for each
 * holder still to come, so that a late job does not wait for an early one's
 * tail, and lets those present share the rest.
 */
export function grant(leases: PermitLeases, request: PermitRequest, nowMs: number): number {
  const others = Object.entries(livePermits(leases, nowMs)).filter(
    ([holder]) => holder !== request.holder,
  );
  const free = request.cap - others.reduce((sum, [, lease]) => sum + lease.permits, 0);
  if (free < 1) return 0;
  const stillToCome = Math.max(0, request.expectedHolders - others.length - 1);
  const fairShare = Math.ceil(request.cap / Math.max(1, request.expectedHolders));
  return Math.max(1, Math.min(request.want, request.perHolder, fairShare, free - stillToCome));
}
