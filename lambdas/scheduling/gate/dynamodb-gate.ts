import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { gateKey } from "../../platform/dynamodb/item-keys.ts";
import { type Condition, type Item, Table } from "../../platform/dynamodb/table.ts";
import type { AttemptId } from "../../records/jobs/attempt.ts";
import { type Gate, keptRunTimes, type ReleaseDetails, runTimePlace } from "./gate.ts";
import { type GateLimits, type GateState, type IntakePause, tenantCapacity } from "./gate-state.ts";

/**
 * The gate as one item of string sets: `admitted` and `active` over all tenants, `of#tenant` and
 * `run#tenant` for each (a set that is emptied is gone). One conditional update an operation, no
 * transaction: concurrent transactions on one item cancel each other. A condition that does not hold
 * is the answer "full".
 *
 * The item holds each id twice (some 30 bytes each), so 110 of them keep every write within 8 units;
 * ADR 26 has the sum for the largest gate that settings allow.
 */
export class DynamoGate implements Gate {
  readonly #table: Table;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new Table(client, tableName);
  }

  async read(): Promise<GateState> {
    const item = await this.#table.get(gateKey);
    const paused = pauseOf(item);
    const meanRunMs = meanRunMsOf(item);
    return {
      admitted: setOf(item, "admitted"),
      active: setOf(item, "active"),
      tenants: tenantsOf(item),
      ...(meanRunMs === undefined ? {} : { meanRunMs }),
      ...(paused === undefined ? {} : { paused }),
    };
  }

  async admit(id: AttemptId, tenant: string, limits: GateLimits): Promise<"admitted" | "full"> {
    const capacity = tenantCapacity(limits);
    const written = await this.#table.updateIf(gateKey, {
      update: "ADD #admitted :ids, #ofTenant :ids",
      values: { ids: new Set([id]) },
      names: namesFor(tenant),
      conditions: [
        isInOrHasRoom("admitted", id, limits.maxQueued + limits.maxActive),
        ...(capacity === undefined ? [] : [isInOrTenantHasRoom("admitted", id, capacity)]),
        isInOrOpen(id),
      ],
    });
    return written.applied ? "admitted" : "full";
  }

  async readmit(id: AttemptId, tenant: string): Promise<void> {
    await this.#table.update(gateKey, {
      update: "ADD #admitted :ids, #ofTenant :ids",
      values: { ids: new Set([id]) },
      names: namesFor(tenant),
    });
  }

  /** Adopts an id that was admitted before tenants were kept. */
  async promote(
    id: AttemptId,
    tenant: string,
    limits: GateLimits,
  ): Promise<"promoted" | "refused"> {
    const { maxActive, tenantMaxActive } = limits;
    const written = await this.#table.updateIf(gateKey, {
      update: "ADD #active :ids, #ofTenant :ids, #runTenant :ids",
      values: { ids: new Set([id]) },
      names: namesFor(tenant),
      conditions: [
        isAdmitted(id),
        isInOrHasRoom("active", id, maxActive),
        ...(tenantMaxActive === undefined
          ? []
          : [isInOrTenantHasRoom("active", id, tenantMaxActive)]),
      ],
    });
    return written.applied ? "promoted" : "refused";
  }

  async release(id: AttemptId, { tenant, ranMs }: ReleaseDetails = {}): Promise<void> {
    const of = tenant ?? (await this.read()).tenants.get(id);
    const measured = ranMs === undefined ? "" : "SET #ran = :ranMs ";
    const ofTenant = of === undefined ? "" : ", #ofTenant :ids, #runTenant :ids";
    await this.#table.update(gateKey, {
      update: `${measured}DELETE #admitted :ids, #active :ids${ofTenant}`,
      values: { ids: new Set([id]), ranMs },
      names: { ...namesFor(of ?? ""), ran: runTimeName(runTimePlace(id)) },
    });
  }

  /** On the gate's own item: every reader of the gate sees it, and admission can be conditional on it. */
  async pause({ since, reason }: IntakePause): Promise<void> {
    const keepSince = "SET #pausedSince = if_not_exists(#pausedSince, :since)";
    await this.#table.update(
      gateKey,
      reason === undefined
        ? { update: `${keepSince} REMOVE #pauseReason`, values: { since } }
        : { update: `${keepSince}, #pauseReason = :reason`, values: { since, reason } },
    );
  }

  async resume(): Promise<void> {
    await this.#table.update(gateKey, { update: "REMOVE #pausedSince, #pauseReason" });
  }
}

const admittedPrefix = "of#";
const namesFor = (tenant: string) => ({
  ofTenant: `${admittedPrefix}${tenant}`,
  runTenant: `run#${tenant}`,
});
const runTimeName = (place: number) => `ran${place}`;

function isAdmitted(id: AttemptId): Condition {
  return { expression: "contains(#admitted, :id)", values: { id } };
}

/** `size` of a set that is not there yet fails, and an emptied set is not there. */
function isInOrHasRoom(set: "admitted" | "active", id: AttemptId, capacity: number): Condition {
  return {
    expression: `(attribute_not_exists(#${set}) OR contains(#${set}, :id) OR size(#${set}) < :capacity)`,
    values: { id, capacity },
  };
}

function isInOrTenantHasRoom(
  set: "admitted" | "active",
  id: AttemptId,
  tenantRoom: number,
): Condition {
  const own = set === "admitted" ? "#ofTenant" : "#runTenant";
  return {
    expression: `(attribute_not_exists(${own}) OR contains(#${set}, :id) OR size(${own}) < :tenantRoom)`,
    values: { id, tenantRoom },
  };
}

/** A submission that looked before the pause must not slip in after it: drain counts on that. */
function isInOrOpen(id: AttemptId): Condition {
  return {
    expression: "(contains(#admitted, :id) OR attribute_not_exists(#pausedSince))",
    values: { id },
  };
}

function pauseOf(item: Item | undefined): IntakePause | undefined {
  const since = item?.["pausedSince"] as string | undefined;
  const reason = item?.["pauseReason"] as string | undefined;
  if (since === undefined) return undefined;
  return { since, ...(reason === undefined ? {} : { reason }) };
}

function setOf(item: Item | undefined, name: string): ReadonlySet<AttemptId> {
  return (item?.[name] as ReadonlySet<AttemptId> | undefined) ?? new Set();
}

function tenantsOf(item: Item | undefined): ReadonlyMap<AttemptId, string> {
  const names = Object.keys(item ?? {}).filter((name) => name.startsWith(admittedPrefix));
  return new Map(
    names.flatMap((name) =>
      [...setOf(item, name)].map((id) => [id, name.slice(admittedPrefix.length)] as const),
    ),
  );
}

function meanRunMsOf(item: Item | undefined): number | undefined {
  const kept = Array.from({ length: keptRunTimes }, (_, place) => item?.[runTimeName(place)]);
  const known = kept.filter((ms) => ms !== undefined).map(Number);
  if (known.length === 0) return undefined;
  return Math.round(known.reduce((sum, ms) => sum + ms, 0) / known.length);
}
