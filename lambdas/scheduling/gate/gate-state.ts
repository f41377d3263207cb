/** Admission: the jobs that wait and the jobs that run, as sets of attempt ids. Never counters. */
import type { Settings } from "../../platform/settings.ts";
import type { AttemptId } from "../../records/jobs/attempt.ts";

/** An operator has closed the gate to new work; accepted jobs go on. */
export interface IntakePause {
  /** ISO 8601, UTC. */
  readonly since: string;
  /** Shown to clients. */
  readonly reason?: string;
}

export interface GateState {
  /** Queued and running. */
  readonly admitted: ReadonlySet<AttemptId>;
  /** Running; a subset of `admitted`. */
  readonly active: ReadonlySet<AttemptId>;
  /**
   * The tenant of each id. An id that a release before tenants were kept has admitted has none until
   * it starts; an id that such a release has given back may still be here, and sweep removes it.
   */
  readonly tenants: ReadonlyMap<AttemptId, string>;
  /** Mean time that recent completed jobs ran, in milliseconds; missing until one has completed. */
  readonly meanRunMs?: number;
  /** Missing while intake is open. */
  readonly paused?: IntakePause;
}

export interface GateLimits {
  readonly maxQueued: number;
  readonly maxActive: number;
  /** Jobs of one tenant that may wait. @default no bound but `maxQueued` */
  readonly tenantMaxQueued?: number;
  /** Jobs of one tenant that may run at the same time. @default no bound but `maxActive` */
  readonly tenantMaxActive?: number;
}

export function gateLimitsOf(settings: Settings): GateLimits {
  const { TENANT_MAX_QUEUED: tenantMaxQueued, TENANT_MAX_ACTIVE: tenantMaxActive } = settings;
  return {
    maxQueued: settings.MAX_QUEUED,
    maxActive: settings.MAX_ACTIVE,
    ...(tenantMaxQueued === undefined ? {} : { tenantMaxQueued }),
    ...(tenantMaxActive === undefined ? {} : { tenantMaxActive }),
  };
}

/** Jobs of one tenant at the gate, queued and running; `undefined` if it has no bound of its own. */
export function tenantCapacity(limits: GateLimits): number | undefined {
  const { maxQueued, maxActive, tenantMaxQueued, tenantMaxActive } = limits;
  if (tenantMaxQueued === undefined && tenantMaxActive === undefined) return undefined;
  return (
    Math.min(tenantMaxQueued ?? maxQueued, maxQueued) +
    Math.min(tenantMaxActive ?? maxActive, maxActive)
  );
}

/** The waiting ids, oldest first: ids begin with a ULID, which sorts by time. */
export function waiting(gate: GateState): AttemptId[] {
  return [...gate.admitted].filter((id) => !gate.active.has(id)).sort();
}

export function queueSize(gate: GateState): number {
  return waiting(gate).length;
}

/** The bound that refuses a new job of this tenant now, if one does. */
export function fullFor(
  gate: GateState,
  limits: GateLimits,
  tenant: string,
): "queue" | "tenant" | undefined {
  if (gate.admitted.size >= limits.maxQueued + limits.maxActive) return "queue";
  const capacity = tenantCapacity(limits);
  const own = idsOf(gate, tenant).length;
  return capacity !== undefined && own >= capacity ? "tenant" : undefined;
}

/** A tenant's admitted ids. */
export function idsOf(gate: GateState, tenant: string): AttemptId[] {
  return [...gate.admitted].filter((id) => gate.tenants.get(id) === tenant);
}
