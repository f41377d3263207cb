import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { reindexKey, runningReindexesKey } from "../../platform/dynamodb/item-keys.ts";
import { Table } from "../../platform/dynamodb/table.ts";
import type { Reindex, ReindexStore } from "./reindex.ts";
import { reindexFormat } from "./reindex-format.ts";

/** DynamoDB limits an item to 400 KB. */
const longestMessage = 1_000;

export class DynamoReindexStore implements ReindexStore {
  readonly #table: Table;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new Table(client, tableName);
  }

  async read(tenant: string): Promise<Reindex | undefined> {
    const item = await this.#table.get(reindexKey(tenant));
    if (item === undefined) return undefined;
    const { message, ...reindex } = reindexFormat.parse(item);
    return { ...reindex, ...(message === undefined ? {} : { message }) };
  }

  /** The list first: one that is listed and does not run is taken off, one that is not listed would stand still. */
  async begin(reindex: Reindex): Promise<void> {
    await this.#table.update(runningReindexesKey, {
      update: "ADD #tenants :tenants",
      values: { tenants: new Set([reindex.tenant]) },
    });
    await this.#table.put(itemOf(reindex));
  }

  async note(reindex: Reindex): Promise<boolean> {
    const { applied } = await this.#table.put(itemOf(reindex), {
      expression: "#status = :running AND #startedAt = :startedAt",
      values: { running: "running", startedAt: reindex.startedAt },
    });
    if (applied && reindex.status !== "running") {
      await this.#table.update(runningReindexesKey, {
        update: "DELETE #tenants :tenants",
        values: { tenants: new Set([reindex.tenant]) },
      });
    }
    return applied;
  }

  async running(): Promise<readonly string[]> {
    const item = await this.#table.get(runningReindexesKey);
    const listed = [...((item?.["tenants"] as ReadonlySet<string> | undefined) ?? [])];
    const reindexes = await Promise.all(listed.map((tenant) => this.read(tenant)));
    return reindexes.flatMap((one) => (one?.status === "running" ? [one.tenant] : []));
  }
}

function itemOf(reindex: Reindex) {
  const { message } = reindex;
  const short = message === undefined ? {} : { message: message.slice(0, longestMessage) };
  return { ...reindexKey(reindex.tenant), ...reindex, ...short };
}
