import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { retentionDays } from "../../contract/retention.ts";
import type { Chance, Clock } from "../../platform/clock.ts";
import { expiryAfter, hasExpired } from "../../platform/dynamodb/expiry.ts";
import { answerItemKey, answerPk, type Key } from "../../platform/dynamodb/item-keys.ts";
import { type Item, Table } from "../../platform/dynamodb/table.ts";
import { type AnswerStore, AnswerTooLargeError, maxAnswerBytes } from "./answer-store.ts";

/** BatchGetItem takes no more keys than this. */
const keysPerRead = 100;
/** Reads of what the service left over, each after a longer wait. */
const maxReads = 10;
const firstWaitMs = 50;

/**
 * Answers, each an item. Consistent reads, at twice the price of others: the
 * retry of a killed batch must see what that batch paid for a moment ago, and
 * a model's answer costs a thousand times more than the read.
 */
export class DynamoAnswerStore implements AnswerStore {
  readonly #table: Table;
  readonly #clock: Clock;
  readonly #chance: Chance;

  constructor(client: DynamoDBClient, tableName: string, clock: Clock, chance: Chance) {
    this.#table = new Table(client, tableName);
    this.#clock = clock;
    this.#chance = chance;
  }

  async readMany(keys: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    const distinct = [...new Set(keys)].map(answerItemKey);
    const answers = new Map<string, Uint8Array>();
    for (let from = 0; from < distinct.length; from += keysPerRead) {
      for (const item of await this.#readAll(distinct.slice(from, from + keysPerRead))) {
        if (hasExpired(item, this.#clock.now())) continue;
        answers.set(String(item["pk"]).slice(answerPk.length), item["answer"] as Uint8Array);
      }
    }
    return answers;
  }

  async write(key: string, answer: Uint8Array): Promise<void> {
    if (answer.byteLength > maxAnswerBytes) throw new AnswerTooLargeError(key, answer.byteLength);
    const expiresAt = expiryAfter(this.#clock.now(), retentionDays);
    await this.#table.put({ ...answerItemKey(key), answer, expiresAt });
  }

  /** Reads again what was left over, until nothing is. */
  async #readAll(keys: readonly Key[]): Promise<Item[]> {
    const items: Item[] = [];
    let left = keys;
    for (let reads = 1; ; reads++) {
      const answered = await this.#table.batchGet(left);
      items.push(...answered.items);
      left = answered.unprocessed;
      if (left.length === 0) return items;
      if (reads === maxReads) {
        throw new Error(
          `DynamoDB left ${left.length} of ${keys.length} answers unread after ${reads} tries: the table is throttled.`,
        );
      }
      await this.#clock.sleep(this.#chance.random() * firstWaitMs * 2 ** reads);
    }
  }
}
