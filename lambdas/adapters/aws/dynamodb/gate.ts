import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { GateLimits, GateState } from "../../../domain/gate.ts";
import type { AttemptId } from "../../../domain/job.ts";
import type { Gate } from "../../../ports/gate.ts";
import { gateKey } from "./keys.ts";
import { type Condition, type Item, Table } from "./table.ts";

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
    return { admitted: setOf(item, "admitted"), active: setOf(item, "active") };
  }

  async admit(id: AttemptId, limits: GateLimits): Promise<"admitted" | "full"> {
    const written = await this.#table.updateIf(gateKey, {
      update: "ADD #admitted :ids",
      values: { ids: new Set([id]) },
      conditions: [isInOrHasRoom("admitted", id, limits.maxQueued + limits.maxActive)],
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

function setOf(item: Item | undefined, name: "admitted" | "active"): ReadonlySet<AttemptId> {
  return (item?.[name] as ReadonlySet<AttemptId> | undefined) ?? new Set();
}
