import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Tallies } from "../../../domain/tallies.ts";
import type { Ledger } from "../../../ports/ledger.ts";
import { ledgerKey } from "./keys.ts";
import { Table } from "./table.ts";
import { numbersOf } from "./tally-store.ts";

/** What `writeAccount` added for a tenant. */
export class DynamoLedger implements Ledger {
  readonly #table: Table;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new Table(client, tableName);
  }

  async read(tenant: string, month: string): Promise<Tallies> {
    return numbersOf((await this.#table.get(ledgerKey(tenant, month))) ?? {});
  }
}
