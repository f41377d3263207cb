import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { apiKeyKey } from "../../platform/dynamodb/item-keys.ts";
import { readItem, schemaVersionOf } from "../../platform/dynamodb/stored-item.ts";
import { Table } from "../../platform/dynamodb/table.ts";
import type { Caller, KeyStore } from "./api-keys.ts";
import { callerFormat } from "./caller-format.ts";

export class DynamoKeyStore implements KeyStore {
  readonly #table: Table;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new Table(client, tableName);
  }

  /** @throws StoredItemError that names the key's hash and the field */
  async callerOf(apiKey: string): Promise<Caller | undefined> {
    const key = apiKeyKey(apiKey);
    const item = await this.#table.get(key);
    return item === undefined ? undefined : readItem(`API key ${key.pk}`, item, callerFormat);
  }

  async put(apiKey: string, { tenant, role }: Caller): Promise<void> {
    const schemaVersion = schemaVersionOf(callerFormat);
    await this.#table.put({ ...apiKeyKey(apiKey), schemaVersion, tenant, role });
  }
}
