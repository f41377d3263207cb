import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { apiKeyKey } from "../../platform/dynamodb/item-keys.ts";
import { Table } from "../../platform/dynamodb/table.ts";
import type { Caller, KeyStore } from "./api-keys.ts";

export class DynamoKeyStore implements KeyStore {
  readonly #table: Table;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new Table(client, tableName);
  }

  async callerOf(apiKey: string): Promise<Caller | undefined> {
    const item = await this.#table.get(apiKeyKey(apiKey));
    if (item === undefined) return undefined;
    // Anything but the one word leaves a caller with the lesser rights.
    const role = item["role"] === "operator" ? "operator" : "tenant";
    return { tenant: String(item["tenant"]), role };
  }

  async put(apiKey: string, { tenant, role }: Caller): Promise<void> {
    await this.#table.put({ ...apiKeyKey(apiKey), tenant, role });
  }
}
