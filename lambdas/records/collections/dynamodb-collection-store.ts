import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { collectionKey } from "../../platform/dynamodb/item-keys.ts";
import { Table } from "../../platform/dynamodb/table.ts";
import { collectionFormat } from "./collection-format.ts";
import type { CollectionStore, StoredCollection } from "./collection-store.ts";

export class DynamoCollectionStore implements CollectionStore {
  readonly #table: Table;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new Table(client, tableName);
  }

  async list(tenant: string): Promise<readonly StoredCollection[]> {
    const { items } = await this.#table.query({
      key: {
        expression: "#pk = :pk",
        values: { pk: collectionKey(tenant, "").pk },
      },
    });
    return items.map((item) => collectionFormat.parse(item));
  }

  async add(tenant: string, collection: Omit<StoredCollection, "retired">): Promise<void> {
    await this.#table.put({
      ...collectionKey(tenant, collection.name),
      ...collection,
      retired: false,
    });
  }

  async retire(tenant: string, name: string): Promise<void> {
    await this.#table.updateIf(collectionKey(tenant, name), {
      update: "SET #retired = :retired",
      values: { retired: true },
      conditions: [{ expression: "attribute_exists(#pk)", values: {} }],
    });
  }
}
