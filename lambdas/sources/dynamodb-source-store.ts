import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { objectStates } from "../contract/calls/sources.ts";
import { sourceKey } from "../platform/dynamodb/item-keys.ts";
import { type Item, Table } from "../platform/dynamodb/table.ts";
import type { CountChange, Counts } from "./record-store.ts";
import type { SourceState, SourceStore, SyncState } from "./source-store.ts";

/** One item for each source; a number for each state of its objects. */
export class DynamoSourceStore implements SourceStore {
  readonly #table: Table;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new Table(client, tableName);
  }

  async read(source: string): Promise<SourceState> {
    const item = (await this.#table.get(sourceKey(source))) ?? {};
    const { pausedSince, askedAt, problem, countsRevision } = item;
    const sync = (item["sync"] ?? { listed: 0 }) as Omit<SyncState, "askedAt">;
    return {
      ...(typeof pausedSince === "string" ? { pausedSince } : {}),
      counts: countsOf(item),
      countsRevision: Number(countsRevision ?? 0),
      sync: { ...sync, ...(typeof askedAt === "string" ? { askedAt } : {}) },
      ...(problem === undefined ? {} : { problem: problem as NonNullable<SourceState["problem"]> }),
    };
  }

  async pause(source: string, since: string): Promise<void> {
    await this.#table.update(sourceKey(source), {
      update: "SET #pausedSince = if_not_exists(#pausedSince, :since)",
      values: { since },
    });
  }

  async resume(source: string): Promise<void> {
    await this.#table.update(sourceKey(source), { update: "REMOVE #pausedSince" });
  }

  async askForSync(source: string, at: string): Promise<void> {
    await this.#table.update(sourceKey(source), {
      update: "SET #askedAt = :at",
      values: { at },
    });
  }

  async keepSync(source: string, sync: Omit<SyncState, "askedAt">): Promise<void> {
    await this.#table.update(sourceKey(source), {
      update: "SET #sync = :sync",
      values: { sync },
    });
  }

  async count(source: string, change: CountChange): Promise<void> {
    const changed = Object.entries(change).filter(([, by]) => by !== 0);
    if (changed.length === 0) return;
    const additions = changed.map(([state]) => `#${state} :${state}`).join(", ");
    await this.#table.update(sourceKey(source), {
      update: `ADD ${additions}, #countsRevision :one`,
      values: { ...Object.fromEntries(changed), one: 1 },
    });
  }

  async recount(source: string, counts: Counts, countsRevision: number): Promise<void> {
    const settings = objectStates.map((state) => `#${state} = :${state}`).join(", ");
    await this.#table.updateIf(sourceKey(source), {
      update: `SET ${settings}`,
      values: { ...counts },
      conditions: [
        countsRevision === 0
          ? { expression: "attribute_not_exists(#countsRevision)" }
          : { expression: "#countsRevision = :revision", values: { revision: countsRevision } },
      ],
    });
  }

  async noteProblem(source: string, problem: SourceState["problem"]): Promise<void> {
    await this.#table.update(
      sourceKey(source),
      problem === undefined
        ? { update: "REMOVE #problem" }
        : { update: "SET #problem = :problem", values: { problem } },
    );
  }
}

function countsOf(item: Item): Counts {
  return Object.fromEntries(
    objectStates.map((state) => [state, Math.max(0, Number(item[state] ?? 0))]),
  ) as unknown as Counts;
}
