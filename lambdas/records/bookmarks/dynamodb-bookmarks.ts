import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { bookmarkKey } from "../../platform/dynamodb/item-keys.ts";
import { Table } from "../../platform/dynamodb/table.ts";
import type { Bookmarks } from "./bookmarks.ts";

export class DynamoBookmarks implements Bookmarks {
  readonly #table: Table;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new Table(client, tableName);
  }

  async read(name: string): Promise<string | undefined> {
    const item = await this.#table.get(bookmarkKey(name));
    return item?.["place"] as string | undefined;
  }

  async write(name: string, place: string): Promise<void> {
    await this.#table.put({ ...bookmarkKey(name), place });
  }
}
