import type { Dependency } from "../../contract/vocabulary.ts";
import type { PermitHolder, PermitRequest } from "./grant.ts";

/** Permits for provider calls, exact over all function instances. */
export interface Limiter {
  /**
   * Permits granted by `grant`, leased for `permitLeaseMs`; 0 when none is free. Replaces the holder's own lease.
   * @throws CapacityUnavailableError when too many ask in the same moment to answer this one.
   */
  acquire(dependency: Dependency, request: PermitRequest): Promise<number>;
  /** Gives back all but `permits`; 0 gives the lease back. Never grows a lease. */
  shrink(dependency: Dependency, holder: PermitHolder, permits: number): Promise<void>;
  inUse(dependency: Dependency): Promise<number>;
}
