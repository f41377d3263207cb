import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import pMap from "p-map";
import { retentionDays } from "../../contract/retention.ts";
import type { Chance, Clock } from "../../platform/clock.ts";
import { expiryAfter, hasExpired } from "../../platform/dynamodb/expiry.ts";
import { answerItemKey, answerPk, type Key } from "../../platform/dynamodb/item-keys.ts";
import { type Condition, type Item, Table } from "../../platform/dynamodb/table.ts";
import type { AttemptId } from "../jobs/attempt.ts";
import {
  type AnswerStore,
  AnswerTooLargeError,
  type AskFailure,
  type Claim,
  type Claimed,
  maxAnswerBytes,
  type Unanswered,
} from "./answer-store.ts";

/** BatchGetItem takes no more keys than this. */
const keysPerRead = 100;
/** Reads of what the service left over, each after a longer wait. */
const maxReads = 10;
const firstWaitMs = 50;
const removalsAtOnce = 16;

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
        if (item["answer"] === undefined || hasExpired(item, this.#clock.now())) continue;
        answers.set(String(item["pk"]).slice(answerPk.length), item["answer"] as Uint8Array);
      }
    }
    return answers;
  }

  async removeAll(keys: readonly string[]): Promise<void> {
    const remove = (key: string) => this.#table.delete(answerItemKey(key));
    await pMap(new Set(keys), remove, { concurrency: removalsAtOnce });
  }

  async write(key: string, answer: Uint8Array): Promise<void> {
    if (answer.byteLength > maxAnswerBytes) throw new AnswerTooLargeError(key, answer.byteLength);
    const expiresAt = expiryAfter(this.#clock.now(), retentionDays);
    await this.#table.put({ ...answerItemKey(key), answer, expiresAt });
  }

  /** One write, where an answer costs a thousand times more; it reads as well what came meanwhile. */
  async claim(key: string, claim: Claim): Promise<Claimed> {
    const nowMs = this.#clock.now();
    const { holder, attempt, untilMs, maxAsks } = claim;
    const written = await this.#table.updateIf(answerItemKey(key), {
      // An answer that is past its time may still be there; nobody must find it again.
      update:
        "SET #claimedBy = :holder, #claimedUntilMs = :until, #expiresAt = :expiresAt REMOVE #answer ADD #asks :one",
      values: { holder, until: untilMs, expiresAt: expiryAfter(nowMs, retentionDays), one: 1 },
      names: { asks: asksOf(attempt) },
      conditions: [hasNoAnswer(nowMs), isFree(holder, nowMs), hasAsksLeft(maxAsks)],
    });
    if (written.applied) {
      const failure = written.item[failureOf(attempt)] as AskFailure | undefined;
      const asks = Number(written.item[asksOf(attempt)]);
      return { kind: "granted", asks, ...(failure && { failure }) };
    }
    return refusal(written.currentItem ?? {}, claim, nowMs);
  }

  async release(
    key: string,
    { holder, attempt }: Pick<Claim, "holder" | "attempt">,
    { asks, notBeforeMs = 0, failure }: Unanswered,
  ): Promise<void> {
    const remember = failure === undefined ? "" : ", #failure = :failure";
    await this.#table.updateIf(answerItemKey(key), {
      update: `SET #claimedUntilMs = :notBefore${remember} ADD #asks :asks`,
      values: { notBefore: notBeforeMs, asks, failure },
      names: { asks: asksOf(attempt), failure: failureOf(attempt) },
      conditions: [{ expression: "#claimedBy = :holder", values: { holder } }],
    });
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

/** Each attempt counts for itself, also where two jobs have a text in common. */
const asksOf = (attempt: AttemptId) => `asks:${attempt}`;
const failureOf = (attempt: AttemptId) => `failure:${attempt}`;

function hasNoAnswer(nowMs: number): Condition {
  return {
    expression: "(attribute_not_exists(#answer) OR #expiresAt <= :nowSeconds)",
    values: { nowSeconds: Math.floor(nowMs / 1_000) },
  };
}

function isFree(holder: string, nowMs: number): Condition {
  return {
    expression:
      "(attribute_not_exists(#claimedBy) OR #claimedBy = :holder OR #claimedUntilMs <= :now)",
    values: { holder, now: nowMs },
  };
}

function hasAsksLeft(maxAsks: number): Condition {
  return {
    expression: "(attribute_not_exists(#asks) OR #asks < :maxAsks)",
    values: { maxAsks },
  };
}

function refusal(item: Item, { holder, attempt, maxAsks }: Claim, nowMs: number): Claimed {
  const { answer, claimedBy, claimedUntilMs } = item as {
    answer?: Uint8Array;
    claimedBy?: string;
    claimedUntilMs?: number;
  };
  if (answer !== undefined && !hasExpired(item, nowMs)) return { kind: "answered", answer };
  if (Number(item[asksOf(attempt)] ?? 0) >= maxAsks) {
    return { kind: "spent", failure: item[failureOf(attempt)] as AskFailure | undefined };
  }
  const untilMs = claimedBy === holder ? nowMs : (claimedUntilMs ?? nowMs);
  return { kind: "taken", untilMs };
}
