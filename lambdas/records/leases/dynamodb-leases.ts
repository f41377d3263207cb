import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Clock } from "../../platform/clock.ts";
import { expiryAfter } from "../../platform/dynamodb/expiry.ts";
import { leaseKey } from "../../platform/dynamodb/item-keys.ts";
import { type Condition, Table } from "../../platform/dynamodb/table.ts";
import type { Leases } from "./leases.ts";

export class DynamoLeases implements Leases {
  readonly #table: Table;
  readonly #clock: Clock;

  constructor(client: DynamoDBClient, tableName: string, clock: Clock) {
    this.#table = new Table(client, tableName);
    this.#clock = clock;
  }

  async acquire(name: string, holder: string, leaseMs: number): Promise<"granted" | "busy"> {
    const nowMs = this.#clock.now();
    const untilMs = nowMs + leaseMs;
    const written = await this.#table.put(
      { ...leaseKey(name), holder, untilMs, expiresAt: expiryAfter(untilMs, 1) },
      isFree(holder, nowMs),
    );
    return written.applied ? "granted" : "busy";
  }

  async release(name: string, holder: string): Promise<void> {
    await this.#table.delete(leaseKey(name), {
      expression: "#holder = :holder",
      values: { holder },
    });
  }
}

function isFree(holder: string, nowMs: number): Condition {
  return {
    expression: "(attribute_not_exists(#pk) OR #holder = :holder OR #untilMs <= :now)",
    values: { holder, now: nowMs },
  };
}
