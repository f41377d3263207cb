/** Whose turn it is: the tenant with the fewest running jobs first, then the oldest job. */
import type { AttemptId } from "../../records/jobs/attempt.ts";
import { type GateLimits, type GateState, waiting } from "./gate-state.ts";

/** Ids whose tenant the gate does not know take their turns together, as one tenant. */
const unknownTenant = "";

interface Line {
  readonly tenant: string;
  /** Oldest last, so that the next one is taken from the end. */
  readonly ids: AttemptId[];
  running: number;
}

/** Hands out the waiting jobs in turn. A caller reports each job that it starts. */
export class Turns {
  readonly #lines = new Map<string, Line>();
  readonly #tenantMaxActive: number;

  constructor(gate: GateState, limits: GateLimits) {
    this.#tenantMaxActive = limits.tenantMaxActive ?? Number.POSITIVE_INFINITY;
    for (const id of waiting(gate).toReversed()) this.#lineOf(tenantOf(gate, id)).ids.push(id);
    for (const id of gate.active) this.#lineOf(tenantOf(gate, id)).running += 1;
  }

  /** Takes the next one out. `blocked`: its tenant already runs as many jobs as it may, as do all others that wait. */
  next(): { readonly id: AttemptId; readonly blocked: boolean; started(): void } | undefined {
    let best: Line | undefined;
    for (const line of this.#lines.values()) {
      if (line.ids.length > 0 && (best === undefined || this.#isBefore(line, best))) best = line;
    }
    const id = best?.ids.pop();
    if (best === undefined || id === undefined) return undefined;
    const line = best;
    return { id, blocked: this.#isBlocked(line), started: () => void (line.running += 1) };
  }

  #isBefore(a: Line, b: Line): boolean {
    const [first, second] = [Number(this.#isBlocked(a)), Number(this.#isBlocked(b))];
    if (first !== second) return first < second;
    if (a.running !== b.running) return a.running < b.running;
    return (a.ids.at(-1) ?? "") < (b.ids.at(-1) ?? "");
  }

  #isBlocked(line: Line): boolean {
    return line.running >= this.#tenantMaxActive;
  }

  #lineOf(tenant: string): Line {
    const line = this.#lines.get(tenant) ?? { tenant, ids: [], running: 0 };
    this.#lines.set(tenant, line);
    return line;
  }
}

export function tenantOf(gate: GateState, id: AttemptId): string {
  return gate.tenants.get(id) ?? unknownTenant;
}

/** All waiting ids in the order in which they will start, if no other job comes. */
export function queueOrder(gate: GateState, limits: GateLimits): AttemptId[] {
  const turns = new Turns(gate, limits);
  const order: AttemptId[] = [];
  for (let turn = turns.next(); turn !== undefined; turn = turns.next()) {
    order.push(turn.id);
    turn.started();
  }
  return order;
}

export interface QueuePlace {
  /** From 1. */
  readonly position: number;
  readonly estimatedWaitSeconds: number;
}

/** Seconds of waiting for each place in the queue, until durations have been measured. */
const unmeasuredSecondsPerPlace = 10;

/** @returns `undefined` for a job that does not wait */
export function queuePlace(
  gate: GateState,
  limits: GateLimits,
  id: AttemptId,
): QueuePlace | undefined {
  const order = queueOrder(gate, limits);
  const position = order.indexOf(id) + 1;
  if (position === 0) return undefined;
  if (gate.meanRunMs === undefined) {
    return { position, estimatedWaitSeconds: position * unmeasuredSecondsPerPlace };
  }
  const own = (other: AttemptId) => tenantOf(gate, other) === tenantOf(gate, id);
  const { maxActive, tenantMaxActive = maxActive } = limits;
  const ownPlace = order.slice(0, position).filter(own).length;
  const ownRunning = [...gate.active].filter(own).length;
  const slots = waitMs(position, gate.active.size, maxActive, gate.meanRunMs);
  const ownSlots = waitMs(ownPlace, ownRunning, tenantMaxActive, gate.meanRunMs);
  return { position, estimatedWaitSeconds: Math.ceil(Math.max(slots, ownSlots) / 1_000) };
}

/** With all slots busy, one becomes free every `meanRunMs / slots` on average. */
function waitMs(place: number, running: number, slots: number, meanRunMs: number): number {
  const free = Math.max(0, slots - running);
  return Math.max(0, ((place - free) * meanRunMs) / slots);
}
