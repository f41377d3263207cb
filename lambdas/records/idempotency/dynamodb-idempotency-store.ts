import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { idempotencyKey } from "../../platform/dynamodb/item-keys.ts";
import { type Condition, type Item, Table } from "../../platform/dynamodb/table.ts";
import type { IdempotencyRecord, IdempotencyStore } from "./idempotency.ts";

export class DynamoIdempotencyStore implements IdempotencyStore {
  readonly #table: Table;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new Table(client, tableName);
  }

  async claim(
    tenant: string,
    key: string,
    claim: Parameters<IdempotencyStore["claim"]>[2],
  ): Promise<IdempotencyRecord> {
    const { jobId, bodyHash, nowMs, expiresAtMs, replaces } = claim;
    const written = await this.#table.put(
      {
        ...idempotencyKey(tenant, key),
        jobId,
        bodyHash,
        claimedAtMs: nowMs,
        expiresAt: Math.ceil(expiresAtMs / 1_000),
      },
      isFree(nowMs, replaces),
    );
    const item = written.applied ? written.item : written.currentItem;
    if (item === undefined) throw new Error("DynamoDB refused a claim without showing why.");
    return recordOf(item);
  }

  async complete(
    tenant: string,
    key: string,
    jobId: string,
    response: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    await this.#table.updateIf(idempotencyKey(tenant, key), {
      update: "SET #response = :response",
      values: { response: response },
      conditions: [namesJob(jobId), isUnanswered],
    });
  }

  async forget(tenant: string, key: string, jobId: string): Promise<void> {
    await this.#table.delete(idempotencyKey(tenant, key), namesJob(jobId));
  }
}

/**
 *     A: claim ─────────── submit … crash
 *     B:        claim ── finds A's ── waits, then replaces A's
 *     C:        claim ── finds A's ── waits, then finds B's: it no longer names A
 */
function isFree(nowMs: number, replaces: string | undefined): Condition {
  const abandoned = "(#jobId = :replaced AND attribute_not_exists(#response))";
  return {
    expression: `(attribute_not_exists(#pk) OR #expiresAt <= :now${replaces === undefined ? "" : ` OR ${abandoned}`})`,
    values: { now: Math.floor(nowMs / 1_000), replaced: replaces },
  };
}

function namesJob(jobId: string): Condition {
  return { expression: "#jobId = :jobId", values: { jobId } };
}

/** The first 202 stands. */
const isUnanswered: Condition = { expression: "attribute_not_exists(#response)" };

function recordOf(item: Item): IdempotencyRecord {
  const record = {
    jobId: String(item["jobId"]),
    bodyHash: String(item["bodyHash"]),
    claimedAtMs: Number(item["claimedAtMs"]),
  };
  if (item["response"] === undefined) return record;
  return { ...record, response: item["response"] as Readonly<Record<string, unknown>> };
}
