import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Clock } from "../platform/clock.ts";
import { cursorAfter, readCursor } from "../platform/dynamodb/cursor.ts";
import {
  sourceObjectKey,
  sourceObjectsPk,
  sourceStateIndex,
} from "../platform/dynamodb/item-keys.ts";
import { readItem, schemaVersionOf } from "../platform/dynamodb/stored-item.ts";
import { type Condition, type Item, Table } from "../platform/dynamodb/table.ts";
import { type ObjectRecord, stateOf } from "./record.ts";
import { recordFormat } from "./record-format.ts";
import type { FoundKeys, ListedState, RecordStore, Revised, StatePage } from "./record-store.ts";

/**
 * One item for each object. The attributes `sourceState` and `sourceSince` put those that are not
 * stored into a sparse index, which is the backlog.
 */
export class DynamoRecordStore implements RecordStore {
  readonly #table: Table;
  readonly #clock: Clock;

  constructor(client: DynamoDBClient, tableName: string, clock: Clock) {
    this.#table = new Table(client, tableName);
    this.#clock = clock;
  }

  async read(source: string, key: string): Promise<Revised | undefined> {
    const item = await this.#table.get(sourceObjectKey(source, key));
    return item && revisedOf(item);
  }

  async write(
    source: string,
    key: string,
    revision: number,
    record: ObjectRecord | undefined,
  ): Promise<boolean> {
    const at = sourceObjectKey(source, key);
    const condition = hasRevision(revision);
    if (record === undefined) {
      if (revision === 0) return true;
      return (await this.#table.delete(at, condition)).applied;
    }
    const item = {
      ...at,
      ...indexed(source, record),
      record: { ...record, schemaVersion: schemaVersionOf(recordFormat) },
      // By the clock, so that a record that was deleted and made again never has an earlier revision.
      revision: Math.max(revision + 1, this.#clock.now()),
    };
    return (await this.#table.put(item, condition)).applied;
  }

  async between(
    source: string,
    after: string,
    to: string | undefined,
    limit: number,
  ): Promise<readonly Revised[]> {
    const found: Revised[] = [];
    let last: Item | undefined;
    do {
      const page = await this.#table.query({
        key: inRange(source, after, to),
        // The range includes its first key.
        pageItems: limit - found.length + 1,
        ...(last === undefined ? {} : { after: last }),
      });
      found.push(...page.items.filter(({ sk }) => sk !== after).map(revisedOf));
      last = page.last;
    } while (last !== undefined && found.length < limit);
    return found.slice(0, limit);
  }

  async inState(
    source: string,
    state: ListedState,
    { limit, untilMs, cursor }: StatePage,
  ): Promise<FoundKeys> {
    const page = await this.#table.query({
      index: sourceStateIndex,
      key: {
        expression: `#sourceState = :state${untilMs === undefined ? "" : " AND #sourceSince <= :until"}`,
        values: { state: `${source}#${state}`, until: sortable(untilMs ?? 0) },
      },
      pageItems: limit,
      ...(cursor === undefined
        ? {}
        : { after: JSON.parse(readCursor(source, state, cursor)) as Item }),
    });
    const keys = page.items.map(({ sk }) => String(sk));
    if (page.last === undefined) return { keys };
    return { keys, nextCursor: cursorAfter(source, state, JSON.stringify(page.last)) };
  }
}

function hasRevision(revision: number): Condition {
  return revision === 0
    ? { expression: "attribute_not_exists(#pk)" }
    : { expression: "#revision = :revision", values: { revision } };
}

/** A key must not be empty. */
function inRange(source: string, after: string, to: string | undefined): Condition {
  const pk = sourceObjectsPk(source);
  if (after === "") {
    return to === undefined
      ? { expression: "#pk = :pk", values: { pk } }
      : { expression: "#pk = :pk AND #sk <= :to", values: { pk, to } };
  }
  return to === undefined
    ? { expression: "#pk = :pk AND #sk > :after", values: { pk, after } }
    : { expression: "#pk = :pk AND #sk BETWEEN :after AND :to", values: { pk, after, to } };
}

function indexed(source: string, record: ObjectRecord): Item {
  const state = record.kind === "document" ? stateOf(record) : "stored";
  if (record.kind !== "document" || state === "stored" || state === "gone") return {};
  return { sourceState: `${source}#${state}`, sourceSince: sortable(record.sinceMs) };
}

/** Sorts as text as it does as a number. */
function sortable(ms: number): string {
  return String(ms).padStart(15, "0");
}

function revisedOf(item: Item): Revised {
  const name = `Object ${String(item["pk"])} ${String(item["sk"])}`;
  return {
    record: readItem(name, item["record"] as Item, recordFormat),
    revision: Number(item["revision"]),
  };
}
