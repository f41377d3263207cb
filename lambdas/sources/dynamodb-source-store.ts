import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { objectStates } from "../contract/calls/sources.ts";
import { sourceKey } from "../platform/dynamodb/item-keys.ts";
import { type Item, Table } from "../platform/dynamodb/table.ts";
import type { CountChange, Counts } from "./record-store.ts";
import type { SourceState, SourceStore, SyncState, Tally } from "./source-store.ts";

/**
 * One item for each source: a number for each state of its objects, and a set of the changes that
 * are under way.
 */
export class DynamoSourceStore implements SourceStore {
  readonly #table: Table;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new Table(client, tableName);
  }

  async read(source: string): Promise<SourceState> {
    const item = (await this.#table.get(sourceKey(source))) ?? {};
    const { pausedSince, askedAt, problem, countsRevision, changing } = item;
    const sync = (item["sync"] ?? { listed: 0 }) as Omit<SyncState, "askedAt">;
    return {
      ...(typeof pausedSince === "string" ? { pausedSince } : {}),
      counts: countsOf(item),
      countsRevision: Number(countsRevision ?? 0),
      changing: [...((changing ?? []) as Iterable<string>)],
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

  async beginChange(source: string, change: string): Promise<void> {
    await this.#table.update(sourceKey(source), {
      update: "ADD #changing :change",
      values: { change: new Set([change]) },
    });
  }

  async endChange(source: string, change: string, counted: CountChange): Promise<void> {
    const changed = Object.entries(counted).filter(([, by]) => by !== 0);
    const additions = changed.map(([state]) => `#${state} :${state}, `).join("");
    await this.#table.update(sourceKey(source), {
      update: `ADD ${additions}#countsRevision :one DELETE #changing :change`,
      values: { ...Object.fromEntries(changed), one: 1, change: new Set([change]) },
    });
  }

  async recount(source: string, { counts, countsRevision, dead }: Tally): Promise<void> {
    const settings = objectStates.map((state) => `#${state} = :${state}`).join(", ");
    await this.#table.updateIf(sourceKey(source), {
      update: `SET ${settings} REMOVE #changing`,
      values: { ...counts },
      conditions: [
        countsRevision === 0
          ? { expression: "attribute_not_exists(#countsRevision)" }
          : { expression: "#countsRevision = :revision", values: { revision: countsRevision } },
        dead.length === 0
          ? { expression: "attribute_not_exists(#changing)" }
          : { expression: "#changing = :dead", values: { dead: new Set(dead) } },
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
