import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ledgerKey } from "../platform/dynamodb/item-keys.ts";
import { Table } from "../platform/dynamodb/table.ts";
import { numbersOf } from "./dynamodb-tally-store.ts";
import type { Ledger } from "./ledger.ts";
import type { Tallies } from "./tallies.ts";

/** The sums that `announceWith` added for a tenant. */
export class DynamoLedger implements Ledger {
  readonly #table: Table;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new Table(client, tableName);
  }

  async read(tenant: string, month: string): Promise<Tallies> {
    return numbersOf((await this.#table.get(ledgerKey(tenant, month))) ?? {});
  }
}
