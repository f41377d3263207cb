import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { gateKey } from "../../platform/dynamodb/item-keys.ts";
import { type Condition, type Item, Table } from "../../platform/dynamodb/table.ts";
import type { AttemptId } from "../../records/jobs/attempt.ts";
import type { Gate } from "./gate.ts";
import type { GateLimits, GateState, IntakePause } from "./gate-state.ts";

/**
 * The gate as one item with two string sets. One conditional update an
 * operation, no transaction: concurrent transactions on one item cancel each
 * other. The SDK retries what the service throttles; a condition that does
 * not hold is the answer "full".
 *
 * The item is as large as its ids (some 30 bytes each), so 110 of them keep
 * every read and write within 4 units.
 */
export class DynamoGate implements Gate {
  readonly #table: Table;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new Table(client, tableName);
  }

  async read(): Promise<GateState> {
    const item = await this.#table.get(gateKey);
    const paused = pauseOf(item);
    return {
      admitted: setOf(item, "admitted"),
      active: setOf(item, "active"),
      ...(paused === undefined ? {} : { paused }),
    };
  }

  async admit(id: AttemptId, limits: GateLimits): Promise<"admitted" | "full"> {
    const written = await this.#table.updateIf(gateKey, {
      update: "ADD #admitted :ids",
      values: { ids: new Set([id]) },
      conditions: [
        isInOrHasRoom("admitted", id, limits.maxQueued + limits.maxActive),
        isInOrOpen(id),
      ],
    });
    return written.applied ? "admitted" : "full";
  }

  async promote(id: AttemptId, limits: GateLimits): Promise<"promoted" | "refused"> {
    const written = await this.#table.updateIf(gateKey, {
      update: "ADD #active :ids",
      values: { ids: new Set([id]) },
      conditions: [isAdmitted(id), isInOrHasRoom("active", id, limits.maxActive)],
    });
    return written.applied ? "promoted" : "refused";
  }

  async release(id: AttemptId): Promise<void> {
    await this.#table.update(gateKey, {
      update: "DELETE #admitted :ids, #active :ids",
      values: { ids: new Set([id]) },
    });
  }

  /** On the gate's own item: whoever reads the gate sees it, and admission can be conditional on it. */
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

function setOf(item: Item | undefined, name: "admitted" | "active"): ReadonlySet<AttemptId> {
  return (item?.[name] as ReadonlySet<AttemptId> | undefined) ?? new Set();
}
